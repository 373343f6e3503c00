import { z } from 'zod';
import { CadreError } from '../platform/kernel/errors.ts';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import { selectTask } from '../platform/store/tasks.ts';
import { selectVersion, selectWorkflow } from '../platform/store/workflows.ts';
import { endTree } from '../tasks/control.ts';
import type { Plan } from '../tasks/plan.ts';
import type { SettleNeeds } from '../tasks/settle.ts';
import type { SubmitNeeds } from '../tasks/submit.ts';
import { forkTask } from './fork.ts';
import { workflowOf } from './from-plan.ts';
import { inFlightFor, type MigrateNeeds, migrateTask } from './in-flight.ts';
import { MAX_TEXT_CHARACTERS } from './language.ts';
import { printWorkflow } from './print.ts';
import { diffWorkflow, rejectWorkflow, removeWorkflow } from './propose.ts';
import { publishWorkflow, saveWorkflow } from './save.ts';

type Needs = SubmitNeeds & SettleNeeds & MigrateNeeds;

const text = z.string().min(1).max(MAX_TEXT_CHARACTERS).describe('The workflow, in YAML or JSON.');
const byWorkflow = z.object({ id: z.string().min(1).max(80).describe('Id or name of the workflow.') });
const version = z.coerce.number().int().min(1);

const proposedSchema = z.object({
  workflowId: z.string(),
  name: z.string(),
  version: z.int(),
  /** False when the same content is a version already. */
  isNew: z.boolean(),
});

/** A task under way, and what becomes of it. */
const affectedSchema = z.object({
  id: z.string(),
  goal: z.string(),
  status: z.string(),
  version: z.int(),
  createdAt: z.string(),
  canMigrate: z.boolean(),
  obstacle: z.string().nullable(),
  /** `finishes` on its version; with `dryRun` what would become of it. */
  fate: z.enum(['finishes', 'migrates', 'terminates']),
});

const EXAMPLE = `name: greet
steps:
  - name: hello
    goal: Say hello to {{input.who}}
    capability: brief.write
`;

/** What people can do to change what workflows and their tasks do. */
export const changeOperations = [
  operation({
    name: 'workflows.publish',
    summary:
      'Makes a version the one that new tasks follow. Those in flight `finish` on theirs, `migrate` or `terminate`; `dryRun` only shows which.',
    route: { method: 'POST', path: '/workflows/{id}/publish' },
    permission: 'operator',
    effect: 'write',
    input: byWorkflow.extend({
      version: version.optional(),
      inFlight: z.enum(['finish', 'migrate', 'terminate']).default('finish'),
      dryRun: z.stringbool().or(z.boolean()).default(false),
    }),
    output: z.object({
      name: z.string(),
      version: z.int(),
      dryRun: z.boolean(),
      inFlight: z.array(affectedSchema),
      migrated: z.int(),
      terminated: z.int(),
    }),
    example: { id: 'greet', dryRun: true },
    async run(needs: Needs, caller, { id, version: wanted, inFlight: what, dryRun }) {
      const done = dryRun
        ? await needs.store.read(caller.tenantId, async (tx) => {
            const row = await selectWorkflow(tx, id);
            if (!row) throw new CadreError('workflow/not-found', { workflow: id });
            const at = wanted ?? row.latest;
            if (!(await selectVersion(tx, row.id, at)))
              throw new CadreError('workflow/no-version', { workflow: row.name, version: at });
            return { name: row.name, version: at, others: await inFlightFor(tx, row, at) };
          })
        : await needs.store.write(caller.tenantId, async (tx) => {
            const { row, version: at } = await publishWorkflow(tx, needs, caller, { id, version: wanted });
            const others = await inFlightFor(tx, row, at);
            for (const { id: taskId } of what === 'terminate' ? others : []) {
              const task = await selectTask(tx, taskId);
              if (task)
                await endTree(tx, needs, task, {
                  status: 'terminated',
                  stopReason: 'terminated',
                  stopSentence: `${caller.actor.name} published version ${at} of its workflow.`,
                });
            }
            return { name: row.name, version: at, others };
          });
      const inFlight: Array<z.input<typeof affectedSchema>> = [];
      for (const task of done.others) {
        // What changed since it was looked at counts: the task is held while it moves.
        const obstacle =
          what === 'migrate' && !dryRun
            ? ((await migrateTask(needs, caller, { id: task.id, version: done.version })) ?? null)
            : task.obstacle;
        const moves = what === 'migrate' && obstacle === null;
        inFlight.push({
          ...task,
          obstacle,
          canMigrate: obstacle === null,
          fate: what === 'terminate' ? 'terminates' : moves ? 'migrates' : 'finishes',
        });
      }
      const count = (fate: string) => (dryRun ? 0 : inFlight.filter((task) => task.fate === fate).length);
      return {
        name: done.name,
        version: done.version,
        dryRun,
        inFlight,
        migrated: count('migrates'),
        terminated: count('terminates'),
      };
    },
  }),
  operation({
    name: 'workflows.propose',
    summary: 'Keeps a change of a workflow as a proposed version, with its reason and what speaks for it.',
    route: { method: 'POST', path: '/workflow-proposals', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      text,
      reason: z.string().trim().min(1).max(2_000),
      evidence: z.json().optional().describe('Facts for it, such as ids of tasks and measures.'),
    }),
    output: proposedSchema,
    example: { text: EXAMPLE, reason: 'Greets by name' },
    run: (needs: Needs, caller, input) =>
      needs.store.write(caller.tenantId, (tx) => saveWorkflow(tx, needs, caller, input)),
  }),
  operation({
    name: 'workflows.diff',
    summary:
      'What is different between two versions: steps by place, and lines. By default from the published to the last one.',
    route: { method: 'GET', path: '/workflows/{id}/diff' },
    permission: 'viewer',
    effect: 'read',
    input: byWorkflow.extend({ from: version.optional(), to: version.optional() }),
    output: z.object({
      name: z.string(),
      from: z.int(),
      to: z.int(),
      added: z.array(z.string()),
      removed: z.array(z.string()),
      changed: z.array(z.object({ place: z.string(), key: z.string(), from: z.unknown(), to: z.unknown() })),
      firstLine: z.int().describe('Number of the first line of `text`, the same in both versions.'),
      text: z.array(z.string()),
    }),
    example: { id: 'greet', from: 1, to: 2 },
    run: ({ store }: Needs, caller, input) => store.read(caller.tenantId, (tx) => diffWorkflow(tx, input)),
  }),
  operation({
    name: 'workflows.reject',
    summary: 'Says of a proposed version that it will not be, and why; it stays to be read.',
    route: { method: 'POST', path: '/workflows/{id}/versions/{version}/reject' },
    permission: 'operator',
    effect: 'write',
    input: byWorkflow.extend({ version, reason: z.string().trim().min(1).max(2_000) }),
    output: z.object({ name: z.string(), version: z.int(), status: z.literal('rejected') }),
    example: { id: 'greet', version: 2, reason: 'Too familiar' },
    run: (needs: Needs, caller, input) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const { name } = await rejectWorkflow(tx, needs, caller, input);
        return { name, version: input.version, status: 'rejected' as const };
      }),
  }),
  operation({
    name: 'workflows.fromTask',
    summary: 'Keeps the plan that a chief made for a task as a proposed workflow.',
    route: { method: 'POST', path: '/tasks/{taskId}/workflow', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: z.object({ taskId: z.string(), name: z.string().min(1).max(64) }),
    output: proposedSchema.extend({ text: z.string() }),
    example: { taskId: someId, name: 'quarterly-brief' },
    run: (needs: Needs, caller, { taskId, name }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const task = await selectTask(tx, taskId);
        if (!task) throw new CadreError('task/not-found', { id: taskId });
        const detail = task.workflow_id === null ? 'no chief planned it' : 'it follows a workflow already';
        if (task.plan === null || task.workflow_id !== null)
          throw new CadreError('workflow/no-plan', { id: taskId, detail });
        const plan: Plan = JSON.parse(task.plan);
        const written = printWorkflow(
          workflowOf(name, plan, { goal: task.goal, files: JSON.parse(task.files) }),
        );
        const saved = await saveWorkflow(tx, needs, caller, {
          text: written,
          reason: `The plan of the task ${taskId}`,
        });
        return { ...saved, text: written };
      }),
  }),
  operation({
    name: 'workflows.remove',
    summary: 'Removes a workflow with its versions; one that tasks followed is kept.',
    route: { method: 'DELETE', path: '/workflows/{id}' },
    permission: 'operator',
    effect: 'destroy',
    input: byWorkflow,
    output: z.object({ name: z.string() }),
    example: { id: 'greet' },
    run: (needs: Needs, caller, { id }) =>
      needs.store.write(caller.tenantId, async (tx) => ({
        name: (await removeWorkflow(tx, needs, caller, id)).name,
      })),
  }),
  operation({
    name: 'tasks.fork',
    summary:
      'Makes a new task that takes over what a task had done and begins at a step of its workflow, with other input if given.',
    route: { method: 'POST', path: '/tasks/{id}/fork', status: 202 },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({
      from: z.string().min(1).max(500).describe('Path of a step, such as `load` or `each[3].pack`.'),
      input: z.record(z.string(), z.json()).optional(),
    }),
    output: z.object({ id: z.string(), url: z.string(), eventsUrl: z.string() }),
    example: { id: someId, from: 'pack' },
    async run(needs: Needs, caller, input) {
      const id = await forkTask(needs, caller, input);
      return { id, url: `/api/v1/tasks/${id}`, eventsUrl: `/api/v1/tasks/${id}/events` };
    },
  }),
];
