import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { operation } from '../platform/kernel/operation.ts';
import type { WorkflowRow, WorkflowVersionRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import {
  countInFlight,
  selectInFlight,
  selectVersion,
  selectVersions,
  selectWorkflow,
  selectWorkflows,
  updateWorkflow,
} from '../platform/store/workflows.ts';
import type { SettleNeeds } from '../tasks/settle.ts';
import { type SubmitNeeds, submitTask } from '../tasks/submit.ts';
import { submitSchema } from '../tasks/task.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import { workflowJsonSchema } from './json-schema.ts';
import { MAX_TEXT_CHARACTERS } from './language.ts';
import { readWorkflow } from './read.ts';
import { holdWorkflow, publishWorkflow, saveWorkflow } from './save.ts';

type Needs = SubmitNeeds & SettleNeeds;

const text = z
  .string()
  .min(1)
  .max(MAX_TEXT_CHARACTERS)
  // A text of a type of its own: on the command line it is a file.
  .meta({ contentMediaType: 'application/yaml' })
  .describe('The workflow, in YAML or JSON.');
const byWorkflow = z.object({ id: z.string().min(1).max(80).describe('Id or name of the workflow.') });

const problemSchema = z.object({
  line: z.int(),
  column: z.int(),
  path: z.string(),
  code: z.string(),
  message: z.string(),
});

const summarySchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['active', 'paused']),
  /** The version that new tasks follow. */
  published: z.int().nullable(),
  latest: z.int(),
  tags: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

const listedSchema = summarySchema.extend({
  /** Open tasks that follow it, in any version. */
  tasksInFlight: z.int(),
});

const versionSchema = z.object({
  version: z.int(),
  status: z.enum(['proposed', 'published', 'retired', 'rejected']),
  hash: z.string(),
  reason: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  publishedAt: z.string().nullable(),
  /** What speaks for it. */
  evidence: z.unknown(),
  /** Who rejected it and why. */
  verdict: z.object({ by: z.string(), reason: z.string() }).nullable(),
});

const wholeVersionSchema = versionSchema.extend({ text: z.string(), definition: z.unknown() });

const inFlightSchema = z.array(
  z.object({ id: z.string(), goal: z.string(), status: z.string(), version: z.int(), createdAt: z.string() }),
);

const savedSchema = z.object({
  workflowId: z.string(),
  name: z.string(),
  version: z.int(),
  isNew: z.boolean(),
  published: z.boolean(),
});

const EXAMPLE = `name: greet
steps:
  - name: hello
    goal: Say hello to {{input.who}}
    capability: brief.write
`;

/** What people can do with workflows. */
export const workflowOperations = [
  operation({
    name: 'workflows.check',
    summary: 'Says what is wrong with the text of a workflow, with line and column; nothing is kept.',
    route: { method: 'POST', path: '/workflow-checks' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ text }),
    output: z.object({ problems: z.array(problemSchema), workflow: z.unknown() }),
    example: { text: EXAMPLE },
    async run(_needs: Needs, _caller, input) {
      const { workflow = null, problems } = readWorkflow(input.text);
      return { workflow, problems };
    },
  }),
  operation({
    name: 'workflows.schema',
    summary: 'The form of a workflow as JSON Schema, for editors that check while one types.',
    route: { method: 'GET', path: '/workflow-schema' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({}),
    output: z.record(z.string(), z.unknown()),
    example: {},
    run: async () => workflowJsonSchema(),
  }),
  operation({
    name: 'workflows.save',
    summary: 'Keeps a workflow as its next version, proposed or, with `publish`, for new tasks at once.',
    route: { method: 'POST', path: '/workflows', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      text,
      reason: z.string().max(2_000).optional(),
      publish: z.stringbool().or(z.boolean()).default(true),
    }),
    output: savedSchema,
    example: { text: EXAMPLE, publish: true },
    run: (needs: Needs, caller, { text: written, reason, publish }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const saved = await saveWorkflow(tx, needs, caller, { text: written, reason });
        if (publish)
          await publishWorkflow(tx, needs, caller, { id: saved.workflowId, version: saved.version });
        return { ...saved, published: publish };
      }),
  }),
  operation({
    name: 'workflows.list',
    summary: 'Workflows, newest first.',
    route: { method: 'GET', path: '/workflows' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ status: z.enum(['active', 'paused']).optional(), ...pagesUpTo(200) }),
    output: pageOf(listedSchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, input) =>
      readPage(store, caller, input, selectWorkflows, async (tx, rows) => {
        const counts = await countInFlight(
          tx,
          rows.map(({ id }) => id),
        );
        return rows.map((row) => ({ ...toSummary(row), tasksInFlight: counts.get(row.id) ?? 0 }));
      }),
  }),
  operation({
    name: 'workflows.get',
    summary: 'One workflow: the version that new tasks follow, all versions, and the tasks in flight.',
    route: { method: 'GET', path: '/workflows/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byWorkflow,
    output: summarySchema.extend({
      current: wholeVersionSchema.nullable(),
      versions: z.array(versionSchema),
      inFlight: inFlightSchema,
    }),
    example: { id: 'greet' },
    run: ({ store }: Needs, caller, { id }) =>
      store.read(caller.tenantId, async (tx) => {
        const row = await find(tx, id);
        const current = await selectVersion(tx, row.id, row.published ?? row.latest);
        return {
          ...toSummary(row),
          current: current ? toWhole(current) : null,
          versions: (await selectVersions(tx, row.id)).map(toVersion),
          inFlight: await inFlight(tx, row),
        };
      }),
  }),
  operation({
    name: 'workflows.version',
    summary: 'One version of a workflow, as it was written and as it is carried out.',
    route: { method: 'GET', path: '/workflows/{id}/versions/{version}' },
    permission: 'viewer',
    effect: 'read',
    input: byWorkflow.extend({ version: z.coerce.number().int().min(1) }),
    output: wholeVersionSchema,
    example: { id: 'greet', version: 1 },
    run: ({ store }: Needs, caller, { id, version }) =>
      store.read(caller.tenantId, async (tx) => {
        const row = await find(tx, id);
        const found = await selectVersion(tx, row.id, version);
        if (!found) throw new CadreError('workflow/no-version', { workflow: row.name, version });
        return toWhole(found);
      }),
  }),
  ...(['pause', 'activate'] as const).map((verb) =>
    operation({
      name: `workflows.${verb}` as const,
      summary:
        verb === 'pause'
          ? 'Has a workflow take no new tasks; those in flight go on.'
          : 'Lets a paused workflow take new tasks again.',
      route: { method: 'POST', path: `/workflows/{id}/${verb}` },
      permission: 'operator',
      effect: 'write',
      input: byWorkflow,
      output: summarySchema,
      example: { id: 'greet' },
      run: (needs: Needs, caller, { id }) =>
        needs.store.write(caller.tenantId, async (tx) => {
          const row = await holdWorkflow(tx, id);
          const status = verb === 'pause' ? 'paused' : 'active';
          if (row.status !== status) {
            await updateWorkflow(tx, row.id, { status });
            await needs.events.append(tx, [
              {
                tenantId: tx.tenantId,
                type: 'workflow.changed',
                data: { workflowId: row.id, name: row.name, status, by: caller.actor.name },
              },
            ]);
          }
          return toSummary({ ...row, status });
        }),
    }),
  ),
  operation({
    name: 'workflows.start',
    summary: 'Starts a task that follows the workflow, with its input.',
    route: { method: 'POST', path: '/workflows/{id}/tasks', status: 202 },
    permission: 'operator',
    effect: 'write',
    input: byWorkflow.extend({
      version: z.coerce.number().int().min(1).optional(),
      ...submitSchema.pick({ input: true, files: true, priority: true, deadline: true }).shape,
    }),
    output: z.object({ id: z.string(), url: z.string(), eventsUrl: z.string() }),
    example: { id: 'greet', input: { who: 'Ada' } },
    async run(needs: Needs, caller, { id, version, ...rest }) {
      const row = await needs.store.read(caller.tenantId, (tx) => find(tx, id));
      const workflow = version === undefined ? row.name : `${row.name}@${version}`;
      const taskId = await submitTask(needs, caller, submitSchema.parse({ ...rest, workflow }));
      return { id: taskId, url: `/api/v1/tasks/${taskId}`, eventsUrl: `/api/v1/tasks/${taskId}/events` };
    },
  }),
];

async function find(tx: TenantTx, idOrName: string): Promise<WorkflowRow> {
  const row = await selectWorkflow(tx, idOrName);
  if (!row) throw new CadreError('workflow/not-found', { workflow: idOrName });
  return row;
}

async function inFlight(tx: TenantTx, row: WorkflowRow) {
  const tasks = await selectInFlight(tx, row.id);
  return tasks.map(({ created_at, ...task }) => ({ ...task, createdAt: toRfc3339(created_at) }));
}

const toSummary = (row: WorkflowRow): z.input<typeof summarySchema> => ({
  id: row.id,
  name: row.name,
  status: row.status === 'paused' ? 'paused' : 'active',
  published: row.published,
  latest: row.latest,
  tags: JSON.parse(row.tags),
  createdBy: row.created_by,
  createdAt: toRfc3339(row.created_at),
  updatedAt: toRfc3339(row.updated_at),
});

const toVersion = (row: WorkflowVersionRow): z.input<typeof versionSchema> => ({
  version: row.version,
  status: row.status as 'proposed', // one of the four that are written
  hash: row.hash,
  reason: row.reason,
  createdBy: row.created_by,
  createdAt: toRfc3339(row.created_at),
  publishedAt: row.published_at === null ? null : toRfc3339(row.published_at),
  evidence: row.evidence === null ? null : JSON.parse(row.evidence),
  verdict: row.verdict === null ? null : JSON.parse(row.verdict),
});

const toWhole = (row: WorkflowVersionRow): z.input<typeof wholeVersionSchema> => ({
  ...toVersion(row),
  text: row.text,
  definition: JSON.parse(row.definition),
});
