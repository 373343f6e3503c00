/**
 * Whether a team is worth it (FEATURES TO-3: measured gain over the best single agent): pure rules. The best single
 * agent is chosen on the earlier tasks and measured on the later ones, the team on the very same later tasks: whoever
 * chooses the best of many on the tasks it is measured by, measures luck.
 */

/** One judged task: whether the team was right, and each agent that answered. */
export interface JudgedTask {
  teamRight: boolean;
  teamCostUsd: number;
  /** Requests and answers of those whose answers the team used. */
  teamMessages: number;
  answers: Array<{ agentId: string; right: boolean; costUsd: number }>;
}

/** A share with its 95 % interval (Wilson). */
export interface Share {
  right: number;
  n: number;
  /** Null where there is nothing to count. */
  share: number | null;
  low: number;
  high: number;
}

/** A difference of two shares over the same tasks, in [−1, 1], with its 95 % interval. */
export interface Difference {
  n: number;
  /** Tasks that only the team had right, and only the single agent. */
  onlyTeam: number;
  onlySingle: number;
  value: number | null;
  low: number;
  high: number;
}

/** 95 %, two-sided. */
const Z = 1.959964;

/** Wilson's interval (1927): holds for small n and for shares near 0 and 1. */
export function wilson(right: number, n: number): Share {
  if (n === 0) return { right, n, share: null, low: 0, high: 1 };
  const share = right / n;
  const centre = (share + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n);
  const half = (Z / (1 + (Z * Z) / n)) * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  return {
    right,
    n,
    share,
    low: right === 0 ? 0 : Math.max(0, centre - half),
    high: right === n ? 1 : Math.min(1, centre + half),
  };
}

/**
 * The difference of two shares over the same n tasks: the observed one, and the interval of Agresti and Min (2005),
 * which adds half a task to each of the four cells.
 */
export function pairedDifference(onlyTeam: number, onlySingle: number, n: number): Difference {
  if (n === 0) return { n, onlyTeam, onlySingle, value: null, low: -1, high: 1 };
  const [b, c, m] = [onlyTeam + 0.5, onlySingle + 0.5, n + 2];
  const centre = (b - c) / m;
  const half = (Z * Math.sqrt(b + c - (b - c) ** 2 / m)) / m;
  return {
    n,
    onlyTeam,
    onlySingle,
    value: (onlyTeam - onlySingle) / n,
    low: Math.max(-1, centre - half),
    high: Math.min(1, centre + half),
  };
}

/**
 * How much of the errors is shared: for two agents with the error rates e and f on the tasks both answered, how far
 * the rate of tasks that both had wrong lies between `e·f` (independent) and `min(e, f)` (whenever the better one is
 * wrong, so is the other). The mean over pairs, each weighing as its room between the two borders times its tasks;
 * below 0 counts as 0. Null when no pair has room: fewer than 10 tasks together, or one of the two never wrong.
 */
export function commonErrorShare(tasks: readonly JudgedTask[]): number | null {
  const pairs = new Map<string, { n: number; first: number; second: number; both: number }>();
  for (const { answers } of tasks) {
    const sorted = [...answers].sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
    for (const [place, one] of sorted.entries())
      for (const other of sorted.slice(place + 1)) {
        const key = `${one.agentId} ${other.agentId}`;
        const pair = pairs.get(key) ?? { n: 0, first: 0, second: 0, both: 0 };
        pair.n += 1;
        pair.first += one.right ? 0 : 1;
        pair.second += other.right ? 0 : 1;
        pair.both += one.right || other.right ? 0 : 1;
        pairs.set(key, pair);
      }
  }
  let above = 0;
  let room = 0;
  for (const { n, first, second, both } of pairs.values()) {
    if (n < PAIR_TASKS) continue;
    const independent = (first * second) / n;
    above += both - independent;
    room += Math.min(first, second) - independent;
  }
  return room > 1e-9 ? Math.min(1, Math.max(0, above / room)) : null;
}

/** Tasks that two agents must have answered together before their errors are compared. */
const PAIR_TASKS = 10;

/** What came of the comparison; `unproven` when the interval contains 0. */
export const GAIN_VERDICTS = ['gain', 'loss', 'unproven', 'unmeasured'] as const;
export type GainVerdict = (typeof GAIN_VERDICTS)[number];

export interface Gain {
  /** All judged tasks, and how many of them were used to choose the best single agent. */
  tasks: number;
  choosingTasks: number;
  team: Share & { costUsd: number; messages: number };
  /** Each agent on the tasks it answered, the most often right first. */
  agents: Array<Share & { agentId: string; costUsd: number }>;
  /** The best single agent, by what was known after the earlier tasks; measured on later ones only. */
  best: (Share & { agentId: string; costUsd: number; chosenBy: Share }) | null;
  /** The team on the later tasks that the best single agent answered too. */
  teamBeside: (Share & { costUsd: number; messages: number }) | null;
  difference: Difference;
  commonErrors: number | null;
  verdict: GainVerdict;
}

/** Compares the team with its best single agent over judged tasks, oldest first. */
export function measureGain(tasks: readonly JudgedTask[]): Gain {
  const choosingTasks = Math.floor(tasks.length / 2);
  const earlier = tasks.slice(0, choosingTasks);
  const later = tasks.slice(choosingTasks);
  // By the lower end of the interval: one lucky answer does not make an agent the best.
  const chosen = singles(earlier).sort((a, b) => b.low - a.low)[0];
  const both = later.filter((task) => task.answers.some((one) => one.agentId === chosen?.agentId));
  const best = singles(both).find((one) => one.agentId === chosen?.agentId);
  let onlyTeam = 0;
  let onlySingle = 0;
  for (const task of both) {
    const right = task.answers.some((one) => one.agentId === chosen?.agentId && one.right);
    if (task.teamRight && !right) onlyTeam += 1;
    if (!task.teamRight && right) onlySingle += 1;
  }
  const difference = pairedDifference(onlyTeam, onlySingle, best ? both.length : 0);
  return {
    tasks: tasks.length,
    choosingTasks,
    team: teamOver(tasks),
    agents: singles(tasks),
    best: chosen && best ? { ...best, chosenBy: wilson(chosen.right, chosen.n) } : null,
    teamBeside: best ? teamOver(both) : null,
    difference,
    commonErrors: commonErrorShare(tasks),
    verdict: verdictOf(difference),
  };
}

function verdictOf({ value, low, high }: Difference): GainVerdict {
  if (value === null) return 'unmeasured';
  return low > 0 ? 'gain' : high < 0 ? 'loss' : 'unproven';
}

function teamOver(tasks: readonly JudgedTask[]): Share & { costUsd: number; messages: number } {
  const mean = (pick: (task: JudgedTask) => number) =>
    tasks.reduce((sum, task) => sum + pick(task), 0) / Math.max(1, tasks.length);
  return {
    ...wilson(tasks.filter((task) => task.teamRight).length, tasks.length),
    costUsd: mean((task) => task.teamCostUsd),
    messages: mean((task) => task.teamMessages),
  };
}

/** Every agent over the tasks it answered, the most often right first; of equals the cheaper one. */
function singles(tasks: readonly JudgedTask[]): Array<Share & { agentId: string; costUsd: number }> {
  const answers = Map.groupBy(
    tasks.flatMap((task) => task.answers),
    (one) => one.agentId,
  );
  return [...answers]
    .map(([agentId, own]) => ({
      agentId,
      ...wilson(own.filter((one) => one.right).length, own.length),
      costUsd: own.reduce((sum, one) => sum + one.costUsd, 0) / own.length,
    }))
    .sort(
      (a, b) => (b.share ?? 0) - (a.share ?? 0) || a.costUsd - b.costUsd || (a.agentId < b.agentId ? -1 : 1),
    );
}
