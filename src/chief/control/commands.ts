import { z } from 'zod';
import { findAgent } from '../../agents/find.ts';
import { giveTask } from '../../assignment/redistribute.ts';
import { prioritySchema } from '../../messages/priority.ts';
import { fromRfc3339, toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Json } from '../../platform/kernel/json.ts';
import type { Caller } from '../../platform/kernel/operation.ts';
import { keepNewestCheckpoints } from '../../platform/store/checkpoints.ts';
import { extendDeadlines } from '../../platform/store/commands.ts';
import type { TaskRow } from '../../platform/store/schema.ts';
import { selectOpenTree } from '../../platform/store/tasks.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { changeIn } from '../../tasks/change.ts';
import { KEPT_CHECKPOINTS, makeCheckpoint } from '../../tasks/checkpoint.ts';
import type { ControlNeeds } from '../../tasks/control.ts';
import type { Resources } from '../../tasks/resources.ts';
import { settleTask } from '../../tasks/settle.ts';
import { placeAt } from '../hand-out.ts';

/**
 * The commands that may be given to a task under way (FEATURES QC-5): a closed list of named ones, each with a strict
 * form. Nothing is ever handed to a shell.
 */
export interface Given {
  caller: Caller;
  task: TaskRow;
  resources: Resources;
}

interface Command<Arguments extends z.ZodType> {
  about: string;
  arguments: Arguments;
  /** Acts in the transaction that books the command; answers what it did. */
  run(tx: TenantTx, needs: ControlNeeds, given: Given, input: z.output<Arguments>): Promise<Json>;
}

/** A command, with its arguments parsed inside. */
export interface NamedCommand {
  about: string;
  arguments: z.ZodType;
  run(tx: TenantTx, needs: ControlNeeds, given: Given, input: unknown): Promise<Json>;
}

const MAX_NOTE = 4_000;
const agentRef = z.string().min(1).max(80);

function command<Arguments extends z.ZodType>(spec: Command<Arguments>): NamedCommand {
  return {
    ...spec,
    run: (tx, needs, given, input) => spec.run(tx, needs, given, spec.arguments.parse(input)),
  };
}

export const COMMANDS: Readonly<Record<string, NamedCommand>> = {
  checkpoint: command({
    about: 'Makes a checkpoint of the task.',
    arguments: z.strictObject({}),
    async run(tx, needs, { task, caller, resources }) {
      const by = caller.actor.name;
      return { checkpointId: await makeCheckpoint(tx, needs, task, { reason: 'command', by, resources }) };
    },
  }),
  'compact-checkpoints': command({
    about: 'Lets go of all checkpoints of the task but the newest.',
    arguments: z.strictObject({ keep: z.number().int().min(1).max(KEPT_CHECKPOINTS).default(1) }),
    run: async (tx, _needs, { task }, { keep }) => ({
      removed: await keepNewestCheckpoints(tx, task.id, keep),
    }),
  }),
  reprioritise: command({
    about: 'Gives the task and its open steps another priority.',
    arguments: z.strictObject({ priority: prioritySchema }),
    async run(tx, needs, { task, caller, resources }, { priority }) {
      const changed = await changeIn(tx, needs, caller, { id: task.id, change: { priority }, resources });
      return { priority: Number(changed.priority) };
    },
  }),
  reassign: command({
    about: 'Gives the open steps of one agent to another that can do them.',
    arguments: z.strictObject({ from: agentRef, to: agentRef }),
    run: reassign,
  }),
  'skip-step': command({
    about: 'Leaves out an optional step that has not begun; what needs it goes on without it.',
    arguments: z.strictObject({ step: z.string().min(1).max(200) }),
    run: skipStep,
  }),
  'extend-deadline': command({
    about: 'Moves the deadline of the task and its open steps to a later time.',
    arguments: z.strictObject({ deadline: z.iso.datetime({ offset: true }) }),
    run: extendDeadline,
  }),
  note: command({
    about: 'Tells something to those who work on the goal; they see it with their next turn or step.',
    arguments: z.strictObject({ text: z.string().trim().min(1).max(MAX_NOTE) }),
    run: async (_tx, _needs, _given, { text }) => ({ noted: text }),
  }),
};

/** The command of a name; undefined for what is none, such as names that every object has. */
export const commandCalled = (name: string): NamedCommand | undefined =>
  Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;

const refuse = (command: string, detail: string) =>
  new CadreError('control/command-arguments', { command, detail });

async function reassign(
  tx: TenantTx,
  needs: ControlNeeds,
  { task, caller }: Given,
  refs: { from: string; to: string },
): Promise<Json> {
  const from = await findAgent(tx, refs.from);
  const to = await findAgent(tx, refs.to);
  if (from.id === to.id) throw refuse('reassign', 'both agents are the same');
  const spec: { capabilities: Array<{ name: string }> } = JSON.parse(to.spec);
  const offered = new Set(spec.capabilities.map(({ name }) => name));
  const because = `${caller.actor.name} gave it to ${to.name}`;
  let moved = 0;
  for (const step of await selectOpenTree(tx, task.id)) {
    const before = step.status_before ?? step.status;
    if (step.agent_id !== from.id || !['pending', 'running'].includes(before)) continue;
    if (step.capability !== null && !offered.has(step.capability))
      throw refuse('reassign', `${to.name} does not offer ${step.capability}`);
    const place = await placeAt(tx, to.id, step.capability, because);
    if (await giveTask(tx, needs, step, { from: from.id, place, because })) moved += 1;
  }
  if (moved === 0) throw refuse('reassign', `${from.name} has no open step of this task`);
  return { moved };
}

async function skipStep(
  tx: TenantTx,
  needs: ControlNeeds,
  { task, caller }: Given,
  { step: name }: { step: string },
): Promise<Json> {
  const step = (await selectOpenTree(tx, task.id)).find(
    (row) => row.id !== task.id && (row.id === name || row.step_name === name),
  );
  if (!step) throw refuse('skip-step', `it has no open step "${name}"`);
  if (step.optional !== 1) throw refuse('skip-step', `the step "${name}" is not optional`);
  if (step.status === 'paused') throw refuse('skip-step', 'it is paused; resume it first');
  if (step.status !== 'pending' || step.started_at !== null)
    throw refuse('skip-step', `the step "${name}" has begun`);
  await needs.runs.control(tx, [step.id], 'terminate');
  await settleTask(tx, needs, step.id, {
    status: 'failed',
    stopReason: 'rejected',
    stopSentence: `${caller.actor.name} skipped it.`,
  });
  return { skipped: step.id };
}

async function extendDeadline(
  tx: TenantTx,
  needs: ControlNeeds,
  { task, caller }: Given,
  { deadline: text }: { deadline: string },
): Promise<Json> {
  const deadline = fromRfc3339(text) ?? 0;
  if (task.deadline === null) throw refuse('extend-deadline', 'it has no deadline');
  if (deadline <= needs.clock.nowMs()) throw new CadreError('task/deadline-past', { deadline: text });
  if (deadline <= Number(task.deadline))
    throw refuse('extend-deadline', `it is ${toRfc3339(Number(task.deadline))} already`);
  const open = await selectOpenTree(tx, task.id);
  await extendDeadlines(
    tx,
    open.map((row) => row.id),
    deadline,
  );
  await needs.events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'task.changed',
      taskId: task.id,
      rootId: task.root_id,
      data: { deadline: toRfc3339(deadline), by: caller.actor.name },
    },
  ]);
  return { deadline: toRfc3339(deadline) };
}
