import { agentSpecSchema } from '../agents/agent.ts';
import type { ExecutorPorts } from '../agents/executor.ts';
import { changeStatus, validateAgent } from '../agents/validate.ts';
import { forgetHandOvers, redirectDelegation, withdrawHandOvers } from '../messages/delegation.ts';
import type { Mail } from '../messages/mail.ts';
import type { EventLog } from '../platform/events/events.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import { messageOf } from '../platform/kernel/json.ts';
import type { Log } from '../platform/kernel/log.ts';
import type { Runs } from '../platform/runs/runs.ts';
import { beat, selectMisjudged, selectStaleRemotes, selectUnchecked } from '../platform/store/agents.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { selectOpenTasksOf, updateOpenTask } from '../platform/store/tasks.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { assignAll, type Placed } from './assign.ts';

export interface WatchNeeds {
  store: Store;
  events: EventLog;
  runs: Runs;
  mail: Mail;
  log: Log;
  clock: Clock;
  executors: ExecutorPorts;
}

/** Remote agents looked at in one round; the rest come in the next. */
const LOOKS_PER_ROUND = 50;
const LOOK_TIMEOUT_MS = 2_000;
/**
 * Shares of the lease. Rounds come every third of it: an agent last seen in one round is silent for two thirds when
 * the second round after it looks, which is over this border and leaves a third to hand its tasks on; one missed
 * look alone is not.
 */
const LOOK_AFTER = 1 / 6;
const SILENT_AFTER = 0.55;
/** Leases after which a bootstrap check counts as forsaken, and the longest time of the one that is made instead. */
const FORSAKEN_AFTER = 2;
const CHECK_TIMEOUT_MS = 5_000;

/**
 * One round of the watch over agents (FEATURES AG-15, SC-1): this process beats for the executors it hosts, looks at
 * remote ones, marks the silent as `offline` and gives their open tasks to others; one that is back becomes `idle`.
 * With a round every third of the lease, the tasks of a silent agent are in other hands within one lease.
 */
export async function watchAgents(needs: WatchNeeds, leaseTtlMs: number): Promise<void> {
  const { store, log } = needs;
  const ports = Object.values(needs.executors);
  await store.writeAll((tx) =>
    beat(
      tx,
      ports.flatMap((port) => port.hosts()),
    ),
  );
  const remotes = await store.readAll((tx) =>
    selectStaleRemotes(tx, Math.round(leaseTtlMs * LOOK_AFTER), LOOKS_PER_ROUND),
  );
  const alive = await Promise.all(
    remotes.map(async (row) => {
      const { executor } = agentSpecSchema.parse(JSON.parse(row.spec));
      try {
        const timeout = AbortSignal.timeout(Math.min(LOOK_TIMEOUT_MS, leaseTtlMs / 3));
        await needs.executors[executor.kind].check(executor, [], timeout, row.tenant_id);
        return [row.heartbeat_host];
      } catch (error) {
        log.debug({ agent: row.name, error: messageOf(error) }, 'an agent does not answer');
        return [];
      }
    }),
  );
  await store.writeAll((tx) => beat(tx, alive.flat()));
  const misjudged = await store.readAll((tx) => selectMisjudged(tx, Math.round(leaseTtlMs * SILENT_AFTER)));
  for (const agent of misjudged) {
    await store.write(agent.tenant_id, async (tx) => {
      if (agent.alive) {
        await changeStatus(tx, needs, { ...agent }, 'idle', 'it answers again');
        await needs.runs.recall(tx, agent.id);
        await needs.mail.wake(tx, agent.id);
        return;
      }
      await changeStatus(tx, needs, { ...agent }, 'offline', 'its heartbeat was lost');
      await redistribute(tx, needs, agent.id, 'its agent is offline');
    });
  }
  // Who made their bootstrap check died in the middle of it.
  const unchecked = await store.readAll((tx) => selectUnchecked(tx, leaseTtlMs * FORSAKEN_AFTER));
  await Promise.all(
    unchecked.map(({ id, tenant_id: tenantId }) =>
      validateAgent(needs, tenantId, id, AbortSignal.timeout(CHECK_TIMEOUT_MS)),
    ),
  );
}

/**
 * Gives the open tasks of an agent to others who can do them. What nobody else can do, and what was delegated to this
 * one agent, waits for it.
 */
export async function redistribute(
  tx: TenantTx,
  needs: Pick<WatchNeeds, 'events' | 'runs' | 'mail'>,
  agentId: string,
  because: string,
): Promise<number> {
  const tasks = (await selectOpenTasksOf(tx, agentId)).filter((task) => task.capability !== null);
  const places = await assignAll(
    tx,
    tasks.map((task) => task.capability ?? ''),
    { exclude: agentId },
  );
  for (const task of tasks) await needs.runs.holdAround(tx, task.id); // before the tasks, as who settles them does
  let moved = 0;
  for (const [index, task] of tasks.entries()) {
    const place = places[index];
    if (!place) continue;
    if (!(await giveTask(tx, needs, task, { from: agentId, place, because }))) continue;
    moved += 1;
  }
  return moved;
}

/**
 * Gives one open task to another agent, with its run and what was delegated; its runs are held already. False when it is
 * not open any more.
 */
export async function giveTask(
  tx: TenantTx,
  needs: Pick<WatchNeeds, 'events' | 'runs' | 'mail'>,
  task: Pick<TaskRow, 'id' | 'root_id'>,
  { from, place, because }: { from: string; place: Placed; because: string },
): Promise<boolean> {
  const changed = await updateOpenTask(
    tx,
    task.id,
    { agent_id: place.agentId, assignment: JSON.stringify(place) },
    ['pending', 'running', 'paused'],
  );
  if (!changed) return false;
  await needs.runs.move(tx, task.id, place.agentId, place.agentLimit);
  await withdrawHandOvers(tx, needs, task.id, `It was given to ${place.agentName}: ${because}.`);
  await forgetHandOvers(tx, task.id);
  await redirectDelegation(tx, task.id, place.agentId);
  await needs.events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'task.reassigned',
      taskId: task.id,
      rootId: task.root_id,
      agentId: place.agentId,
      data: { from, to: place.agentId, name: place.agentName, because },
    },
  ]);
  return true;
}
