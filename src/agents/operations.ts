import { z } from 'zod';
import type { Mail } from '../messages/mail.ts';
import { knowledgeKind } from '../messages/payloads.ts';
import type { EventLog } from '../platform/events/events.ts';
import { type Clock, toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import { type AgentView, selectAgent, selectAgents, updateAgent } from '../platform/store/agents.ts';
import { selectNotes } from '../platform/store/notes.ts';
import type { KnowledgeNoteRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import type { Secrets } from '../tenants/secret-vault.ts';
import {
  AGENT_ROLES,
  AGENT_STATUSES,
  agentSchema,
  agentSpecSchema,
  heartbeatHost,
  parseSpec,
  validationSchema,
} from './agent.ts';
import { createAgent } from './create.ts';
import type { ExecutorPorts } from './executor.ts';
import { findAgent } from './find.ts';
import { sealHeaders } from './headers.ts';
import { changeStatus, validateAgent } from './validate.ts';
import { toAgent } from './view.ts';

interface Needs {
  store: Store;
  events: EventLog;
  clock: Clock;
  executors: ExecutorPorts;
  mail: Mail;
  secrets: Secrets;
}

/** What one agent told another (FEATURES CO-5, 9). */
const noteSchema = z.object({
  id: z.string(),
  fromId: z.string(),
  messageId: z.string(),
  kind: z.string(),
  subject: z.string(),
  content: z.unknown(),
  createdAt: z.string(),
});
const exampleSpec = {
  name: 'Echo',
  description: 'Answers with what it was given.',
  capabilities: [{ name: 'echo', confidence: 0.9 }],
  executor: { kind: 'http' as const, url: 'http://127.0.0.1:9000/work' },
};

/** What people can do with agents. */
export const agentOperations = [
  operation({
    name: 'agents.create',
    summary: 'Registers an agent and runs its bootstrap check; the answer says whether it is fit for work.',
    route: { method: 'POST', path: '/agents', status: 201 },
    permission: 'admin',
    effect: 'write',
    input: agentSpecSchema,
    output: agentSchema,
    example: exampleSpec,
    async run(needs: Needs, caller, spec) {
      const id = await needs.store.write(caller.tenantId, async (tx) =>
        createAgent(tx, needs, await sealHeaders(tx, needs.secrets, spec)),
      );
      await validateAgent(needs, caller.tenantId, id, caller.signal);
      return show(needs, caller.tenantId, id);
    },
  }),
  operation({
    name: 'agents.list',
    summary: 'Agents with their live status and record, newest first.',
    route: { method: 'GET', path: '/agents' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      role: z.enum(AGENT_ROLES).optional(),
      status: z.enum(AGENT_STATUSES).optional(),
      capability: z.string().optional(),
      ...pagesUpTo(200),
    }),
    output: pageOf(agentSchema),
    example: {},
    run: ({ store }: Needs, caller, input) =>
      readPage(store, caller, input, selectAgents, (_tx, rows) => rows.map(toAgent)),
  }),
  operation({
    name: 'agents.get',
    summary: 'One agent with its spec, status, record and last bootstrap check.',
    route: { method: 'GET', path: '/agents/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: agentSchema,
    example: { id: someId },
    run: async (needs: Needs, caller, { id }) =>
      show(needs, caller.tenantId, await idOf(needs, caller.tenantId, id)),
  }),
  operation({
    name: 'agents.update',
    summary: 'Replaces the spec of an agent (a new version) and checks it again.',
    route: { method: 'PUT', path: '/agents/{id}' },
    permission: 'admin',
    effect: 'write',
    input: byId.extend({ spec: agentSpecSchema }),
    output: agentSchema,
    example: { id: someId, spec: exampleSpec },
    async run(needs: Needs, caller, { id: idOrName, spec }) {
      const id = await idOf(needs, caller.tenantId, idOrName);
      await needs.store.write(caller.tenantId, async (tx) => {
        const row = await find(tx, id);
        if (row.name !== spec.name)
          throw new CadreError('request/invalid', { detail: `name: an agent keeps its name "${row.name}"` });
        await updateAgent(
          tx,
          id,
          {
            spec: JSON.stringify(await sealHeaders(tx, needs.secrets, spec, parseSpec(row.spec))),
            spec_version: row.spec_version + 1,
            role: spec.role,
            executor_kind: spec.executor.kind,
            heartbeat_host: heartbeatHost(id, spec.executor),
            max_concurrent: spec.maxConcurrent,
          },
          spec.capabilities,
        );
        // What it took from its mailbox until now may have to be delivered to it from now on.
        await needs.mail.wake(tx, id);
        await needs.events.append(tx, [
          {
            tenantId: tx.tenantId,
            type: 'agent.updated',
            agentId: id,
            data: { name: spec.name, version: row.spec_version + 1 },
          },
        ]);
      });
      await validateAgent(needs, caller.tenantId, id, caller.signal);
      return show(needs, caller.tenantId, id);
    },
  }),
  operation({
    name: 'agents.validate',
    summary: 'Runs the bootstrap check again: configuration, dependencies, executor.',
    route: { method: 'POST', path: '/agents/{id}/validate' },
    permission: 'operator',
    effect: 'write',
    input: byId,
    output: validationSchema,
    example: { id: someId },
    run: async (needs: Needs, caller, { id }) =>
      validateAgent(needs, caller.tenantId, await idOf(needs, caller.tenantId, id), caller.signal),
  }),
  operation({
    name: 'agents.activate',
    summary: 'Lets a deactivated agent take work again.',
    route: { method: 'POST', path: '/agents/{id}/activate' },
    permission: 'operator',
    effect: 'write',
    input: byId,
    output: agentSchema,
    example: { id: someId },
    run: async (needs: Needs, caller, { id }) =>
      enable(needs, caller.tenantId, await idOf(needs, caller.tenantId, id), true),
  }),
  operation({
    name: 'agents.deactivate',
    summary: 'Gives an agent no new work; what it has in hand goes on.',
    route: { method: 'POST', path: '/agents/{id}/deactivate' },
    permission: 'operator',
    effect: 'write',
    input: byId,
    output: agentSchema,
    example: { id: someId },
    run: async (needs: Needs, caller, { id }) =>
      enable(needs, caller.tenantId, await idOf(needs, caller.tenantId, id), false),
  }),
  operation({
    name: 'agents.notes',
    summary: 'What other agents told an agent, newest first; search by kind or text.',
    route: { method: 'GET', path: '/agents/{id}/notes' },
    permission: 'viewer',
    effect: 'read',
    input: byId.extend({
      /** Such as best_practices. */
      kind: z.string().transform(knowledgeKind).optional(),
      text: z.string().max(500).optional(),
      ...pagesUpTo(200),
    }),
    output: pageOf(noteSchema),
    example: { id: someId, limit: 10 },
    async run(needs: Needs, caller, { id, ...input }) {
      const agentId = await idOf(needs, caller.tenantId, id);
      return readPage(
        needs.store,
        caller,
        input,
        (tx, asked) => selectNotes(tx, { agentId, ...asked }),
        (_tx, rows) => rows.map(toNote),
      );
    },
  }),
  operation({
    name: 'agents.remove',
    summary: 'Archives an agent: it takes no work and leaves the lists of the able; its record stays.',
    route: { method: 'DELETE', path: '/agents/{id}' },
    permission: 'admin',
    effect: 'destroy',
    input: byId,
    output: agentSchema,
    example: { id: someId },
    async run(needs: Needs, caller, { id: idOrName }) {
      const id = await idOf(needs, caller.tenantId, idOrName);
      await needs.store.write(caller.tenantId, async (tx) => {
        const row = await find(tx, id);
        await updateAgent(tx, id, { enabled: 0 });
        await changeStatus(tx, needs, row, 'archived', `${caller.actor.name} removed it`);
        await needs.events.append(tx, [
          { tenantId: tx.tenantId, type: 'agent.removed', agentId: id, data: { name: row.name } },
        ]);
      });
      return show(needs, caller.tenantId, id);
    },
  }),
];

function toNote(row: KnowledgeNoteRow): z.output<typeof noteSchema> {
  return {
    id: row.id,
    fromId: row.from_id,
    messageId: row.message_id,
    kind: row.kind,
    subject: row.subject,
    content: JSON.parse(row.data),
    createdAt: toRfc3339(row.created_at),
  };
}

/** The id of an agent that is named by its id, or by its name where no agent has that id. @throws `agent/not-found` */
function idOf({ store }: Needs, tenantId: string, idOrName: string): Promise<string> {
  return store.read(tenantId, async (tx) => (await findAgent(tx, idOrName)).id);
}

async function find(tx: TenantTx, id: string): Promise<AgentView> {
  const row = await selectAgent(tx, id);
  if (!row) throw new CadreError('agent/not-found', { id });
  return row;
}

async function show({ store }: Needs, tenantId: string, id: string) {
  return toAgent(await store.read(tenantId, (tx) => find(tx, id)));
}

async function enable(needs: Needs, tenantId: string, id: string, enabled: boolean) {
  await needs.store.write(tenantId, async (tx) => {
    const row = await find(tx, id);
    await updateAgent(tx, id, { enabled: enabled ? 1 : 0 });
    if (enabled) await needs.mail.wake(tx, id);
    if (enabled && row.status === 'archived') await changeStatus(tx, needs, row, 'idle', null);
    await needs.events.append(tx, [
      { tenantId: tx.tenantId, type: 'agent.updated', agentId: id, data: { name: row.name, enabled } },
    ]);
  });
  return show(needs, tenantId, id);
}
