import type { Place } from './document.ts';
import { kindOf, type Step } from './language.ts';
import type { Flaw } from './shape.ts';

/** What only a task of its own can have: an agent, a price and a place in line. */
const OF_TASKS = ['capability', 'agent', 'priority', 'budget', 'approvedBy'] as const;

/**
 * What of a step one operator cannot do who has the whole workflow in hand (`operator`): what waits for somebody else,
 * and what is handed to somebody else.
 */
export function beyondOne(step: Step, place: Place): Flaw[] {
  const kind = kindOf(step);
  if (kind === 'wait' || kind === 'approval' || kind === 'workflow')
    return [flawAt([...place, kind], 'one operator carries out this workflow, and holds no worker to wait')];
  if (!('goal' in step)) return [];
  const inner: Array<[Place, object]> = [[place, step]];
  if (step.compensate) inner.push([[...place, 'compensate'], step.compensate]);
  const flaws: Flaw[] = [];
  for (const [index, way] of (step.recover ?? []).entries()) {
    const at = [...place, 'recover', index];
    if ('alternative' in way) inner.push([[...at, 'alternative'], way.alternative]);
    for (const key of ['fallback', 'replan'] as const) if (key in way) flaws.push(flawAt([...at, key], ALL));
  }
  for (const [at, work] of inner)
    for (const key of OF_TASKS) if (key in work) flaws.push(flawAt([...at, key], ALL));
  return flaws;
}

const ALL = 'one operator carries out all steps of this workflow';

const flawAt = (place: Place, why: string): Flaw => ({
  place,
  at: 'key',
  code: 'one-operator',
  message: `there can be no ${String(place.at(-1))} here: ${why}`,
});
