import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { operation } from '../platform/kernel/operation.ts';
import { decideApproval, selectApproval, selectApprovals } from '../platform/store/approvals.ts';
import type { ApprovalRow } from '../platform/store/schema.ts';
import { holdTask } from '../platform/store/tasks.ts';
import type { SubmitNeeds } from '../tasks/submit.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import { approvalFact } from './approve.ts';
import type { PlanDriver } from './driver.ts';

type Needs = SubmitNeeds & { plans: PlanDriver };

const approvalSchema = z.object({
  id: z.string(),
  status: z.string(),
  ask: z.string(),
  taskId: z.string(),
  step: z.string(),
  input: z.unknown(),
  by: z.array(z.string()),
  deadline: z.string(),
  decidedBy: z.string().nullable(),
  comment: z.string().nullable(),
});

const DECISIONS = ['approved', 'rejected'] as const;

/** Questions of plans to people, and their decisions. */
export const approvalOperations = [
  operation({
    name: 'approvals.list',
    summary: 'Questions that plans put to people, newest first.',
    route: { method: 'GET', path: '/approvals' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      status: z.enum(['pending', 'approved', 'rejected', 'expired', 'withdrawn']).optional(),
      ...pagesUpTo(200),
    }),
    output: pageOf(approvalSchema),
    example: { status: 'pending' },
    run: ({ store }: Needs, caller, input) =>
      readPage(store, caller, input, selectApprovals, (_tx, rows) => rows.map(toApproval)),
  }),
  operation({
    name: 'approvals.decide',
    summary: 'Approves or rejects what a plan waits for.',
    route: { method: 'POST', path: '/approvals/{id}' },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      id: z.string().min(1).max(80),
      decision: z.enum(DECISIONS),
      comment: z.string().max(2_000).optional(),
    }),
    output: approvalSchema,
    example: { id: 'approval-1', decision: 'approved' },
    run: (needs: Needs, caller, { id, decision, comment }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const known = await selectApproval(tx, id);
        if (!known) throw new CadreError('approval/not-found', { id });
        await holdTask(tx, known.task_id);
        const by = { id: `${caller.actor.kind}:${caller.actor.id}`, name: caller.actor.name };
        const isFirst = await decideApproval(tx, id, { status: decision, by, comment: comment ?? null });
        const row = await selectApproval(tx, id);
        if (!row) throw new CadreError('approval/not-found', { id });
        if (!isFirst) return toApproval(row);
        await needs.events.append(tx, [
          {
            tenantId: tx.tenantId,
            type: 'approval.decided',
            taskId: row.task_id,
            rootId: row.task_id,
            data: { id, step: row.path, ask: row.ask, decision, by: by.name },
          },
        ]);
        const fact = await approvalFact(tx, row.task_id, row.path);
        if (fact) await needs.plans.take(tx, row.task_id, fact);
        return toApproval(row);
      }),
  }),
];

const toApproval = (row: ApprovalRow): z.input<typeof approvalSchema> => ({
  id: row.id,
  status: row.status,
  ask: row.ask,
  taskId: row.task_id,
  step: row.path,
  input: JSON.parse(row.input),
  by: JSON.parse(row.approvers),
  deadline: toRfc3339(row.deadline),
  decidedBy: row.decided_by_name,
  comment: row.comment,
});
