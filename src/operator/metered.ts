import type { Turns, WorkAnswer, WorkOrder } from '../agents/executor.ts';
import type { Meter, Took } from '../energy/meter.ts';
import type { Joules } from '../energy/physical.ts';
import type { Attempt } from '../platform/runs/run.ts';
import type { NewReadingRow } from '../platform/store/energy-readings.ts';
import { BILLED_BY_TURN } from './billing.ts';

/** What work took; the answers of before say nothing of it. */
export interface Metered {
  took?: Took;
  tokens?: TokenUse;
}

export interface MeteredAnswer extends WorkAnswer, Metered {}

/** What the calls of models that this attempt paid for took. */
export interface TokenUse {
  count: number;
  costUsd: number;
  /** Null where no call said so. */
  energy: Joules | null;
}

/** Turns that add up what is paid for in them; a turn that was stored before was paid for then. */
export function countTokens(turns: Turns): { turns: Turns; used: TokenUse } {
  const used: TokenUse = { count: 0, costUsd: 0, energy: null };
  return {
    used,
    turns: {
      ...turns,
      async take(name, work) {
        let isNew = false;
        const taken = await turns.take(name, (turn) => {
          isNew = true;
          return work(turn);
        });
        if (!isNew) return taken;
        used.count += taken.inputTokens + taken.outputTokens;
        used.costUsd += taken.costUsd;
        if (taken.billed) {
          const { energyJ, energyLowJ, energyHighJ } = taken.billed.usage;
          const { joules = 0, lowJ = 0, highJ = 0 } = used.energy ?? {};
          used.energy = {
            joules: joules + energyJ,
            lowJ: lowJ + energyLowJ,
            highJ: highJ + energyHighJ,
            mark: 'estimated',
          };
        }
        return taken;
      },
    },
  };
}

/** Bytes that went to an operator elsewhere and came back. */
export function networkMb(order: WorkOrder, output: unknown): number {
  return (JSON.stringify(order).length + (JSON.stringify(output) ?? '').length) / 1e6;
}

/** Kinds of executors whose work is done on machines that Cadre does not see. */
const ELSEWHERE: readonly string[] = ['http', 'mailbox'];
const NOTHING: Took = { wallMs: 0, cpuSeconds: 0, memoryGbSeconds: 0, networkMb: 0 };

/** What an attempt took, as it is kept. */
export async function readingOf(
  meter: Meter,
  attempt: Attempt,
  order: WorkOrder,
  work: { kind: string; answer: Metered & Pick<WorkAnswer, 'usage'>; ended: boolean; succeeded: boolean },
): Promise<NewReadingRow> {
  const { took = NOTHING, tokens, usage } = work.answer;
  // What was billed call by call is counted in the attempt that made the call; the report at the end repeats it.
  const isBilled = BILLED_BY_TURN.includes(work.kind);
  const said = isBilled ? undefined : usage;
  const reportedJ = said?.energyJ ?? null;
  const { host, total, carbonG, grid } = await meter.bill(took, {
    tokens: tokens?.energy ?? null,
    reportedJ,
    isElsewhere: ELSEWHERE.includes(work.kind),
  });
  return {
    run_id: attempt.runId,
    fence: attempt.fence,
    task_id: order.taskId,
    root_id: order.context.rootId,
    agent_id: attempt.agentId,
    capability: order.capability ?? order.type,
    ended: work.ended ? 1 : 0,
    succeeded: work.succeeded ? 1 : 0,
    is_first: attempt.fence === 1 ? 1 : 0,
    wall_ms: took.wallMs,
    cpu_s: took.cpuSeconds,
    memory_gb_s: took.memoryGbSeconds,
    network_mb: took.networkMb,
    tokens: tokens?.count ?? (said?.inputTokens ?? 0) + (said?.outputTokens ?? 0),
    cost_usd: tokens?.costUsd ?? said?.costUsd ?? 0,
    host_j: host.joules,
    token_j: tokens?.energy?.joules ?? 0,
    reported_j: reportedJ,
    joules: total?.joules ?? null,
    low_j: total?.lowJ ?? null,
    high_j: total?.highJ ?? null,
    mark: total?.mark ?? 'estimated',
    grid: grid.name,
    carbon_g: carbonG,
  };
}
