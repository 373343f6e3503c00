import type { Operations } from '../../api/types.ts';

type Measured = NonNullable<Operations['teams.review']['output']['measured']>;

/** With fewer finished tasks nothing is judged (docs/teams.md). */
const ENOUGH_TASKS = 10;
/** Share of the members' time above which coordination costs more than it can save. */
const MOST_SHARE = 0.25;
/** Fewer tasks at once, on average, is work in sequence: then half of both is allowed. */
const IN_SEQUENCE = 1.5;

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** What a review measured, beside what is allowed. */
export function measuredRows(
  { tasks, messages, taskMs, messageMs, atOnce }: Measured,
  { members }: { members: readonly unknown[] },
): Array<{ name: string; value: string; note: string }> {
  const factor = tasks > 0 && atOnce < IN_SEQUENCE ? 0.5 : 1;
  const round = 2 * Math.max(0, members.length - 1) * factor;
  const totalMs = taskMs + messageMs;
  const share = totalMs > 0 ? messageMs / totalMs : 0;
  return [
    {
      name: 'Tasks that members finished',
      value: String(tasks),
      note: tasks < ENOUGH_TASKS ? `at least ${ENOUGH_TASKS} are needed to judge` : 'enough to judge',
    },
    {
      name: 'Messages for each task',
      value: tasks > 0 ? String(Number((messages / tasks).toFixed(1))) : '–',
      note: `of at most ${round}`,
    },
    {
      name: 'Time that went into messages',
      value: totalMs > 0 ? percent(share) : '–',
      note: `of at most ${percent(MOST_SHARE * factor)}`,
    },
    {
      name: 'Tasks at once, on average',
      value: tasks > 0 ? String(Number(atOnce.toFixed(1))) : '–',
      note: tasks > 0 && factor < 1 ? 'work in sequence: half is allowed' : '',
    },
  ];
}
