import type { StreamEvent } from '../../platform/kernel/operation.ts';
import { createLiveLines } from './live-lines.ts';
import type { Terminal } from './terminal.ts';

/** The fields of a fact of the event log that progress shows. */
interface Fact {
  taskId: string | null;
  at: string;
  data: Record<string, unknown>;
}

interface Piece {
  taskId: string;
  turn: string;
  text: string;
}

interface Step {
  name: string;
  agent: string;
  startedAt?: string;
}

/** Tells people, from the event log, which plan was made and who does what and why. */
export function createProgress(terminal: Terminal, rootId: string): (item: StreamEvent) => void {
  const { paint } = terminal;
  const steps = new Map<string, Step>();
  const busy = new Set<string>();
  /** Tasks whose steps are no tasks of their own: one operator carries out their whole workflow. */
  const wholes = new Set<string>();
  /** Who gets which steps, told in one line per agent once all of a plan are known. */
  const assigned = new Map<string, { names: string[]; why: string }>();
  let done = 0;
  const lines = createLiveLines(terminal);

  const showBusy = () => {
    const names = [...busy].flatMap((id) => {
      const step = steps.get(id);
      return wholes.has(id) || !step ? [] : [`${step.agent}: ${step.name}`];
    });
    const known = [...steps.keys()].filter((id) => !wholes.has(id)).length;
    if (names.length > 0) terminal.status(`  ${done}/${known} done · ${names.join(' · ')}`);
  };
  const tellAssigned = () => {
    for (const [agent, { names, why }] of assigned) {
      terminal.note(`  ${paint('mark', agent)} → ${names.join(', ')}  ${paint('soft', why)}`);
    }
    assigned.clear();
  };
  const label = (fact: Fact) => {
    const step = steps.get(fact.taskId ?? '');
    return step ? `${step.name} ${paint('soft', `(${step.agent})`)}` : 'the task';
  };
  const secondsUntil = (at: string, step: Step | undefined) =>
    step?.startedAt ? ` ${((Date.parse(at) - Date.parse(step.startedAt)) / 1000).toFixed(1)} s` : '';
  const tellStep = (taskId: string, at: string, { path, status }: { path: string; status: string }) => {
    const id = `${taskId} ${path}`;
    if (status === 'running') {
      if (steps.has(id)) return;
      const { name: above = '', agent = '' } = steps.get(taskId) ?? {};
      steps.set(id, { name: taskId === rootId ? path : `${above}/${path}`, agent, startedAt: at });
      busy.add(id);
    } else if (busy.delete(id)) {
      // What holds other steps has nothing to tell besides them.
      if ([...steps.keys()].some((other) => other.startsWith(`${id}[`) || other.startsWith(`${id}.`))) {
        steps.delete(id);
        return;
      }
      done += 1;
      const sign = status === 'completed' ? paint('good', '✓') : paint('bad', '✗');
      terminal.note(`  ${sign} ${steps.get(id)?.name}${secondsUntil(at, steps.get(id))}`);
    }
  };
  const tell: Record<string, (fact: Fact) => void> = {
    'plan.made'({ taskId, data }) {
      terminal.note(`${paint('bold', 'Plan')} ${text(data.rule)}: ${text(data.because)}`);
      const { enough, because } = (data.oneOperatorEnough ?? {}) as { enough?: boolean; because?: string }; // plan.made
      if (because) terminal.note(`  One operator enough? ${enough ? 'Yes' : 'No'}: ${because}`);
      if (data.rule === 'workflow' && enough) wholes.add(taskId ?? '');
    },
    'plan.advanced'({ taskId, at, data }) {
      if (!wholes.has(taskId ?? '')) return;
      for (const step of data.steps as Array<{ path: string; status: string }>) // plan.advanced
        tellStep(taskId ?? '', at, step);
    },
    'plan.reviewed'({ data }) {
      const word =
        data.by === 'rules' ? 'no review' : data.verdict === 'accept' ? 'accepted' : 'not accepted';
      terminal.note(`${paint('bold', 'Review')} ${word}: ${text(data.because)}`);
    },
    'task.retried'(fact) {
      const step = steps.get(fact.taskId ?? '');
      if (!step) return;
      done = Math.max(0, done - 1);
      delete step.startedAt;
      terminal.note(`  ${paint('bad', '↻')} ${label(fact)} is done again: ${text(fact.data.reason)}`);
    },
    'task.assigned'({ taskId, data }) {
      const agent = text(data.name);
      const name = text(data.step) || 'the task';
      steps.set(taskId ?? '', { name, agent });
      const known = assigned.get(agent) ?? { names: [], why: text(data.because) };
      assigned.set(agent, { ...known, names: [...known.names, name] });
    },
    'task.reassigned'({ taskId, data }) {
      const step = steps.get(taskId ?? '');
      if (step) step.agent = text(data.name) || step.agent;
      terminal.note(`  ${step?.name ?? 'a step'} goes to ${text(data.name)} instead: ${text(data.because)}`);
    },
    'task.started'({ taskId, at }) {
      const step = steps.get(taskId ?? '');
      if (step) step.startedAt ??= at;
      busy.add(taskId ?? '');
    },
    'run.retried'(fact) {
      terminal.note(`  ${paint('bad', '↻')} ${label(fact)} is tried again: ${reason(fact.data)}`);
    },
    'run.lease-expired'(fact) {
      terminal.note(`  ${paint('bad', '↻')} ${label(fact)}: its worker went away, another takes over`);
    },
    'turn.taken': () => lines.end(),
    'act.done'({ data }) {
      const tool = /^\d+:\d+:(.+)$/.exec(text(data.act))?.[1];
      if (tool) terminal.note(`    ${paint('soft', `used ${tool}`)}`);
    },
    'act.refused'({ data }) {
      terminal.note(`    ${paint('bad', 'not done')} ${text(data.act)}: ${text(data.because)}`);
    },
    'act.asked'(fact) {
      const { act, actId, detail } = fact.data;
      terminal.note(
        `  ${paint('mark', '?')} ${label(fact)} asks whether it may: ${text(detail) || text(act)}`,
      );
      terminal.note(`    cadre act decide ${text(actId)} --decision allow   (or decline)`);
    },
    'task.paused': () => terminal.note('  paused'),
    'task.resumed': () => terminal.note('  goes on'),
    'task.settled'(fact) {
      busy.delete(fact.taskId ?? '');
      if (fact.taskId === rootId) return;
      if (!wholes.has(fact.taskId ?? '')) done += 1;
      const seconds = secondsUntil(fact.at, steps.get(fact.taskId ?? ''));
      if (fact.data.status === 'completed') terminal.note(`  ${paint('good', '✓')} ${label(fact)}${seconds}`);
      else terminal.note(`  ${paint('bad', '✗')} ${label(fact)}: ${text(fact.data.sentence)}`);
    },
  };
  return (item) => {
    if (item.event === 'text.delta') return lines.add(item.data as Piece); // what tasks.stream yields
    if (item.event !== 'task.assigned') tellAssigned();
    tell[item.event]?.(item.data as Fact); // what the event log yields
    showBusy();
  };
}

/** True for the event that ends the task. */
export function isEnd(item: StreamEvent, rootId: string): boolean {
  return item.event === 'task.settled' && (item.data as Fact).taskId === rootId; // what the event log yields
}

function reason(data: Record<string, unknown>): string {
  const error = data.error as { message?: string } | undefined; // an ErrorRecord
  return error?.message || text(data.because) || 'it failed';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
