import type { Assignment, Plan, Task, TaskStatus, TaskSummary } from '../../api/models.ts';
import { labelOf } from '../../parts/step-label.ts';

/** A step of a plan as the page draws it: what the plan says, and how it stands. Times in milliseconds. */
export interface Step {
  /** Its name in the plan; in the address of the page. */
  name: string;
  /** The name in words. */
  label: string;
  goal: string;
  doneWhen: string;
  optional: boolean;
  dependsOn: readonly string[];
  /** The task that carries it out. */
  taskId: string;
  status: TaskStatus;
  agentId: string | null;
  agentName: string | null;
  createdAt: number;
  startedAt: number | null;
  completedAt: number | null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The plan of a task; undefined when it has none (given to one agent, or not planned yet). */
export function planOf(task: Pick<Task, 'plan'>): Plan | undefined {
  const { plan } = task;
  return isObject(plan) && Array.isArray(plan.steps) ? (plan as unknown as Plan) : undefined; // checked as far as it is read
}

/** Who does a task and why; undefined while nobody does. */
export function assignmentOf(task: Pick<Task, 'assignment'>): Assignment | undefined {
  const { assignment } = task;
  return isObject(assignment) && typeof assignment.agentName === 'string'
    ? (assignment as unknown as Assignment) // the server writes it whole
    : undefined;
}

/** The steps of a task in the order of its plan, each with the state of the task that carries it out. */
export function stepsOf(task: Pick<Task, 'plan' | 'subtasks'>): Step[] {
  const plan = planOf(task);
  // A workflow's own steps stand in its definition; here are the tasks that carry some of them out, as they began.
  const planned = new Map(plan?.workflow ? [] : plan?.steps.map((step) => [step.name, step]));
  const order = new Map([...planned.keys()].map((name, index) => [name, index]));
  const place = (subtask: TaskSummary) => order.get(subtask.step ?? '') ?? order.size;
  return (plan?.workflow ? latestOf(task.subtasks) : task.subtasks)
    .toSorted((a, b) => place(a) - place(b))
    .map((subtask) => {
      const name = subtask.step ?? subtask.id;
      const step = planned.get(name);
      return {
        name,
        label: labelFor(subtask, plan?.workflow ? undefined : (step?.goal ?? subtask.goal)),
        goal: step?.goal ?? subtask.goal,
        doneWhen: step?.doneWhen ?? '',
        optional: step?.optional ?? false,
        dependsOn: step?.dependsOn ?? subtask.dependsOn,
        taskId: subtask.id,
        status: subtask.status,
        agentId: subtask.agentId,
        agentName: subtask.agentName,
        createdAt: Date.parse(subtask.createdAt),
        startedAt: began(subtask) ? timeOf(subtask.startedAt) : null,
        completedAt: timeOf(subtask.completedAt),
      };
    });
}

/** True for a task whose agent carries out a whole workflow: its steps are no tasks of their own. */
export function isOneOperators(task: Pick<Task, 'plan'>): boolean {
  const plan = planOf(task);
  return plan?.workflow !== undefined && plan.oneOperatorEnough?.enough === true;
}

/** The work of a workflow that one agent carries out, as steps of the timeline and the replay. */
export function ownStepsOf({ id, nodes, agentId, agentName }: Task): Step[] {
  return nodes.flatMap(({ path, kind, status, startedAt, endedAt }): Step[] => {
    if (kind !== 'goal' || status === 'skipped') return [];
    const [createdAt, completedAt] = [Date.parse(startedAt), timeOf(endedAt)];
    // What failed in the moment in which it would have begun: a step it needed had failed.
    const hasBegun = status !== 'failed' || completedAt !== createdAt;
    return [
      {
        name: path,
        label: path,
        goal: path,
        doneWhen: '',
        optional: false,
        dependsOn: [],
        taskId: id,
        status,
        agentId,
        agentName,
        createdAt,
        startedAt: hasBegun ? createdAt : null,
        completedAt,
      },
    ];
  });
}

/** A step that is done anew has a new task; those before it stay as history. */
function latestOf(subtasks: readonly TaskSummary[]): readonly TaskSummary[] {
  return [...new Map(subtasks.map((subtask) => [subtask.step ?? subtask.id, subtask])).values()];
}

/** A step of a workflow is called as its author wrote it. */
function labelFor({ step, goal }: TaskSummary, words: string | undefined): string {
  if (step === null) return goal;
  return words === undefined ? step : labelOf(step, words);
}

/** False for a step that waits (again), and for one that ended in the moment in which it would have begun. */
function began({ status, startedAt, completedAt }: TaskSummary): boolean {
  if (startedAt === null || status === 'pending') return false;
  return status === 'completed' || startedAt !== completedAt;
}

function timeOf(at: string | null): number | null {
  return at === null ? null : Date.parse(at);
}

/** How many steps have come to an end of their own, and of how many: what a person ended has not. */
export function progressOf(steps: readonly Step[]): { done: number; total: number } {
  const isDone = ({ completedAt, status }: Step) => completedAt !== null && status !== 'terminated';
  return { done: steps.filter(isDone).length, total: steps.length };
}

/** How far a plan is, in words: "13 of 23 steps, 1 failed, 4 running, 6 to go". */
export function progressInWords(steps: readonly Step[]): string {
  const { done, total } = progressOf(steps);
  const count = (wanted: TaskStatus) => steps.filter(({ status }) => status === wanted).length;
  const running = count('running');
  const more: Array<[number, string]> = [
    [count('failed'), 'failed'],
    [count('terminated'), 'terminated'],
    [running, 'running'],
    [running > 0 ? total - done - running : 0, 'to go'],
  ];
  const words = more.flatMap(([number, what]) => (number > 0 ? [`${number} ${what}`] : []));
  return [`${done} of ${total} steps`, ...words].join(', ');
}

/** When nothing but an agent was awaited any more; null while an earlier step is open. */
export function readyAt(step: Step, byName: ReadonlyMap<string, Step>): number | null {
  let at = step.createdAt;
  for (const name of step.dependsOn) {
    const need = byName.get(name);
    if (!need) continue;
    if (need.completedAt === null) return null;
    at = Math.max(at, need.completedAt);
  }
  return at;
}

/** How long a step has worked until `nowMs`; undefined when it never began. */
export function tookMs(step: Step, nowMs: number): number | undefined {
  return step.startedAt === null ? undefined : Math.max(0, (step.completedAt ?? nowMs) - step.startedAt);
}
