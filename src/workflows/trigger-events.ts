import type { EventReader } from '../messages/follower.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { holdTrigger, selectDepth, selectEventTriggers } from '../platform/store/triggers.ts';
import type { BehalfNeeds } from './behalf.ts';
import { eventScope, matches } from './trigger.ts';
import { fireTrigger, type HeldTrigger } from './trigger-fire.ts';

/**
 * Triggers that wait for events read the log with its one follower: the tasks and how far it came commit together, so
 * no event is missed and none counts twice. A task that a trigger submitted carries its place in the chain to the
 * triggers that its events set off.
 */
export function eventTriggers(needs: BehalfNeeds): EventReader {
  return {
    async open(tx) {
      const all = await selectEventTriggers(tx);
      if (all.length === 0) return undefined;
      const held = new Map<string, HeldTrigger>();
      return {
        async read(event) {
          for (const trigger of all) {
            let isWanted = true;
            let failure: CadreError | undefined;
            try {
              isWanted = matches(trigger, event);
            } catch (error) {
              // What a condition cannot be asked is told as a refusal: the log must not stand still.
              if (!(error instanceof CadreError)) throw error;
              failure = error;
            }
            if (!isWanted) continue;
            const row = held.get(trigger.id) ?? (await holdTrigger(tx, trigger.id));
            if (row?.status !== 'active') continue; // deleted or paused meanwhile
            held.set(trigger.id, row);
            await fireTrigger(tx, needs, row, event.type, async (inner) => {
              if (failure) throw failure;
              const rootId = event.rootId ?? event.taskId;
              return {
                depth: rootId === null ? 0 : await selectDepth(inner, rootId),
                input: eventScope(event),
              };
            });
          }
          return [];
        },
      };
    },
  };
}
