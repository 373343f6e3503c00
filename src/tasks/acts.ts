import { z } from 'zod';
import { EFFECTS } from '../agents/permission.ts';
import type { EventLog } from '../platform/events/events.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import type { Runs } from '../platform/runs/runs.ts';
import { decideAskedAct, selectAskedAct, selectAskedActs } from '../platform/store/control.ts';
import type { AskedActRow } from '../platform/store/control-rows.ts';
import type { Store } from '../platform/store/transaction.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';

interface Needs {
  store: Store;
  events: EventLog;
  runs: Runs;
}

export const ACT_STATUSES = ['pending', 'allowed', 'declined', 'withdrawn'] as const;

/** What a run that asked about an act waits for. */
export const actSignal = (name: string) => `act:${name}`;
export const decisionSchema = z.object({ allow: z.boolean(), by: z.string() });

const actSchema = z.object({
  id: z.string(),
  taskId: z.string(),
  rootId: z.string(),
  agentId: z.string().nullable(),
  act: z.string(),
  effect: z.enum(EFFECTS),
  detail: z.string().nullable(),
  status: z.enum(ACT_STATUSES),
  comment: z.string().nullable(),
  decidedBy: z.string().nullable(),
  askedAt: z.string(),
  decidedAt: z.string().nullable(),
});

const toAct = (row: AskedActRow): z.input<typeof actSchema> => ({
  id: row.id,
  taskId: row.task_id,
  rootId: row.root_id,
  agentId: row.agent_id,
  act: row.name,
  effect: actSchema.shape.effect.parse(row.effect),
  detail: row.detail,
  status: actSchema.shape.status.parse(row.status),
  comment: row.comment,
  decidedBy: row.decided_by,
  askedAt: toRfc3339(Number(row.asked_at)),
  decidedAt: row.decided_at === null ? null : toRfc3339(Number(row.decided_at)),
});

/** What executors ask before they act, and what people say to it. */
export const actOperations = [
  operation({
    name: 'acts.list',
    summary: 'Acts that executors ask about before they do them, newest first.',
    route: { method: 'GET', path: '/acts' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      status: z.enum(ACT_STATUSES).optional(),
      taskId: z.string().optional(),
      ...pagesUpTo(200),
    }),
    output: pageOf(actSchema),
    example: { status: 'pending' },
    run: ({ store }: Needs, caller, input) =>
      readPage(store, caller, input, selectAskedActs, (_tx, rows) => rows.map(toAct)),
  }),
  operation({
    name: 'acts.decide',
    summary: 'Lets an executor do what it asked about, or declines it; the work goes on either way.',
    route: { method: 'POST', path: '/acts/{id}' },
    permission: 'admin',
    effect: 'write',
    input: byId.extend({ allow: z.stringbool().or(z.boolean()), comment: z.string().max(2_000).optional() }),
    output: actSchema,
    example: { id: someId, allow: true },
    run: (needs: Needs, caller, { id, allow, comment }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const row = await selectAskedAct(tx, id);
        if (!row) throw new CadreError('control/act-not-found', { id });
        await needs.runs.hold(tx, row.run_id);
        const status = allow ? 'allowed' : 'declined';
        const by = caller.actor.name;
        const decided = await decideAskedAct(tx, id, { status, comment: comment ?? null, decided_by: by });
        if (!decided)
          throw new CadreError('control/act-decided', {
            status: (await selectAskedAct(tx, id))?.status ?? row.status,
          });
        await needs.runs.signal(tx, row.run_id, actSignal(row.name), { allow, by });
        await needs.events.append(tx, [
          {
            tenantId: tx.tenantId,
            type: 'act.decided',
            taskId: row.task_id,
            rootId: row.root_id,
            agentId: row.agent_id,
            runId: row.run_id,
            data: { actId: id, act: row.name, effect: row.effect, allow, by, ...(comment && { comment }) },
          },
        ]);
        const after = await selectAskedAct(tx, id);
        return toAct(after ?? row);
      }),
  }),
];
