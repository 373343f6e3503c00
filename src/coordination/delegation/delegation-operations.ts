import { z } from 'zod';
import { findAgent } from '../../agents/find.ts';
import { awaitEnd, MAX_WAIT_MS } from '../../messages/wait.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import type { Clock } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { type Caller, operation, someId } from '../../platform/kernel/operation.ts';
import { selectAgent } from '../../platform/store/agents.ts';
import { selectDirectDelegation, selectDirectDelegations } from '../../platform/store/delegations.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { pageById, pageOf, pagesUpTo } from '../../tenants/page.ts';
import { type DelegateNeeds, delegate, delegateSchema } from './delegate.ts';
import {
  DELEGATION_STATUSES,
  type Delegation,
  delegationSchema,
  delegationSummarySchema,
  toDelegation,
  toSummary,
} from './delegation.ts';

interface Needs extends DelegateNeeds {
  bus: Bus;
  clock: Clock;
}

const waitMs = z.coerce.number().int().min(0).max(MAX_WAIT_MS).default(0);

/** What people and agents do with delegations to one agent. */
export const delegationOperations = [
  operation({
    name: 'agents.delegate',
    summary:
      'Hands a piece of work directly to one agent, without a plan; `waitMs` waits for what comes of it.',
    route: { method: 'POST', path: '/agents/{id}/delegations', status: 202 },
    permission: 'operator',
    effect: 'write',
    input: delegateSchema.extend({ waitMs }),
    output: delegationSchema,
    example: { id: someId, type: 'question.answer', params: { question: 'Who signed the contract?' } },
    async run(needs: Needs, caller, { waitMs: patience, ...input }) {
      const id = await delegate(needs, caller, input);
      return awaitDelegation(needs, caller, id, patience);
    },
  }),
  operation({
    name: 'delegations.list',
    summary:
      'Work that was handed directly to agents, newest first; filter by who, to whom and how it stands.',
    route: { method: 'GET', path: '/delegations' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      /** Id or name of an agent. */
      from: z.string().max(80).optional(),
      to: z.string().max(80).optional(),
      status: z.enum(DELEGATION_STATUSES).optional(),
      ...pagesUpTo(200),
    }),
    output: pageOf(delegationSummarySchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, { from, to, status, cursor, limit }) =>
      store.read(caller.tenantId, async (tx) => {
        const senderId = from === undefined ? undefined : (await findAgent(tx, from)).id;
        const recipientId = to === undefined ? undefined : (await findAgent(tx, to)).id;
        const page = await pageById(
          { cursor, limit },
          async ({ beforeId, limit: rows }) => {
            const found = await selectDirectDelegations(tx, {
              senderId,
              recipientId,
              state: status,
              before: beforeId,
              limit: rows,
            });
            return found.map((row) => ({ id: row.message_id, row })); // the message's id is the cursor
          },
          ({ row }) => row,
        );
        const names = new Map<string, string>();
        for (const { recipient_id } of page.items)
          if (!names.has(recipient_id)) names.set(recipient_id, await nameOf(tx, recipient_id));
        return {
          ...page,
          items: page.items.map((row) => toSummary(row, names.get(row.recipient_id) ?? '')),
        };
      }),
  }),
  operation({
    name: 'delegations.get',
    summary: 'One piece of delegated work with its result or error; waits for its end if asked to.',
    route: { method: 'GET', path: '/delegations/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ id: z.string(), waitMs }),
    output: delegationSchema,
    example: { id: someId, waitMs: 0 },
    run: (needs: Needs, caller, { id, waitMs: patience }) => awaitDelegation(needs, caller, id, patience),
  }),
];

/** The delegation when it has ended, or as it stands when the patience is over. @throws CadreError `delegation/not-found` */
function awaitDelegation(needs: Needs, caller: Caller, id: string, patienceMs: number): Promise<Delegation> {
  const show = async (tx: TenantTx) => {
    const row = await selectDirectDelegation(tx, id);
    if (!row) throw new CadreError('delegation/not-found', { id });
    return toDelegation(row, await nameOf(tx, row.recipient_id));
  };
  const isOpen = async (tx: TenantTx) => (await show(tx)).status === 'open';
  return awaitEnd(needs, caller, { isOpen, show }, patienceMs);
}

async function nameOf(tx: TenantTx, agentId: string): Promise<string> {
  return (await selectAgent(tx, agentId))?.name ?? agentId;
}
