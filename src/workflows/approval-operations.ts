import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { byId, type Caller, operation, someId } from '../platform/kernel/operation.ts';
import { type ApprovalView, selectApproval, selectApprovals } from '../platform/store/approvals.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import { type Approver, approverOf, refusalOf } from './approver.ts';
import { type DecideNeeds, decide } from './decide.ts';

const STATUSES = ['pending', 'approved', 'rejected', 'expired', 'withdrawn'] as const;

const approvalSchema = z.object({
  id: z.string(),
  taskId: z.string(),
  /** Path of the step in its plan. */
  step: z.string(),
  /** The question. */
  ask: z.string(),
  /** What is approved, to the letter. */
  input: z.record(z.string(), z.unknown()),
  inputHash: z.string().describe('SHA-256 of the input; give it with a decision to be sure of what you saw.'),
  status: z.enum(STATUSES),
  requestedBy: z.string().describe('Who began the task; they do not decide.'),
  by: z.array(z.string()).describe('Roles, which stand for themselves and higher ones, and names of keys.'),
  allowRequester: z.boolean(),
  deadline: z.string(),
  /** Who is asked when the deadline passes. */
  escalation: z.object({ by: z.array(z.string()), deadlineMs: z.int() }).nullable(),
  escalatedAt: z.string().nullable(),
  decidedBy: z.string().nullable(),
  comment: z.string().nullable(),
  createdAt: z.string(),
  decidedAt: z.string().nullable(),
  usedBy: z.string().nullable().describe('Path of the one step that it let through.'),
  mayDecide: z.boolean().describe('Whether you may decide it now.'),
});
type Approval = z.output<typeof approvalSchema>;

type Needs = DecideNeeds & { store: Store };

/** What people can do with approvals. */
export const approvalOperations = [
  operation({
    name: 'approvals.list',
    summary: 'What plans ask people to approve, newest first; `mine`: only what you may decide now.',
    route: { method: 'GET', path: '/approvals' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      status: z.enum(STATUSES).optional(),
      taskId: z.string().max(64).optional(),
      mine: z.stringbool().or(z.boolean()).default(false),
      ...pagesUpTo(200),
    }),
    output: pageOf(approvalSchema),
    example: { status: 'pending', limit: 10 },
    run: ({ store }: Needs, caller, input) =>
      readPage(
        store,
        caller,
        input,
        async (tx, { mine, ...filter }) => {
          const { names, person } = await approverOf(tx, caller);
          return selectApprovals(tx, { ...filter, ...(mine && { open: { to: names, person } }) });
        },
        async (tx, rows) => {
          const approver = await approverOf(tx, caller);
          return rows.map((row) => toApproval(row, approver, caller));
        },
      ),
  }),
  operation({
    name: 'approvals.get',
    summary: 'One approval: the question, what exactly is approved, until when, and what was decided.',
    route: { method: 'GET', path: '/approvals/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: approvalSchema,
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) => store.read(caller.tenantId, (tx) => show(tx, caller, id)),
  }),
  operation({
    name: 'approvals.decide',
    summary: 'Approves or rejects what a plan asks for; never by the one who asked, and once.',
    route: { method: 'POST', path: '/approvals/{id}' },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      id: z.string(),
      decision: z.enum(['approved', 'rejected']),
      comment: z.string().trim().min(1).max(2_000).optional(),
      /** The `inputHash` that you have seen: anything else is not decided. */
      inputHash: z.string().max(64).optional(),
    }),
    output: approvalSchema,
    example: { id: someId, decision: 'approved', comment: 'As discussed.' },
    run: (needs: Needs, caller, { id, ...decision }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        await decide(tx, needs, caller, id, decision);
        const approval = await show(tx, caller, id);
        await keepAnswer(tx, caller, 200, approval);
        return approval;
      }),
  }),
];

async function show(tx: TenantTx, caller: Caller, id: string): Promise<Approval> {
  const row = await selectApproval(tx, id);
  if (!row) throw new CadreError('approval/not-found', { id });
  return toApproval(row, await approverOf(tx, caller), caller);
}

function toApproval(row: ApprovalView, approver: Approver, caller: Caller): Approval {
  const time = (ms: number | null) => (ms === null ? null : toRfc3339(ms));
  const isOpen = row.status === 'pending' && row.left_ms > 0;
  return {
    id: row.id,
    taskId: row.task_id,
    step: row.path,
    ask: row.ask,
    input: JSON.parse(row.input),
    inputHash: row.input_hash,
    status: row.status as Approval['status'], // one of those that are written
    requestedBy: row.requested_by,
    by: JSON.parse(row.approvers),
    allowRequester: row.allow_requester === 1,
    deadline: toRfc3339(row.deadline),
    escalation: row.escalation === null ? null : JSON.parse(row.escalation),
    escalatedAt: time(row.escalated_at),
    decidedBy: row.decided_by_name,
    comment: row.comment,
    createdAt: toRfc3339(row.created_at),
    decidedAt: time(row.decided_at),
    usedBy: row.used_by,
    mayDecide: isOpen && caller.role !== 'viewer' && refusalOf(row, approver, caller) === undefined,
  };
}
