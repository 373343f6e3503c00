import { z } from 'zod';
import { AGENT_ROLES, AGENT_STATUSES } from '../agents/agent.ts';
import { assignAll, explainNobody } from '../assignment/assign.ts';
import { findRecipient } from '../messages/mailbox.ts';
import { operation, someId } from '../platform/kernel/operation.ts';
import { selectRelations } from '../platform/store/relations.ts';
import { countAgents } from '../platform/store/teams.ts';
import type { Store } from '../platform/store/transaction.ts';
import { relationSchema, toRelation } from './relations.ts';

interface Needs {
  store: Store;
}

const statuses = z.partialRecord(z.enum(AGENT_STATUSES), z.number().int());
const count = z.object({ agents: z.number().int(), byStatus: statuses });

/** The registry (FEATURES AG-5): by id, role and capability see `agents.get` and `agents.list`; here the rest. */
export const registryOperations = [
  operation({
    name: 'agents.best',
    summary: 'Which agent would be given a task of a capability now, with the score of everyone considered.',
    route: { method: 'GET', path: '/registry/best/{capability}' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ capability: z.string().min(1).max(80) }),
    output: z.object({
      agentId: z.string(),
      name: z.string(),
      capability: z.string(),
      score: z.number(),
      because: z.string(),
      considered: z.array(
        z.object({
          agentId: z.string(),
          name: z.string(),
          score: z.number(),
          terms: z.object({
            success: z.number(),
            speed: z.number(),
            load: z.number(),
            lift: z.number().optional(),
            money: z.number().optional(),
            joules: z.number().optional(),
            seconds: z.number().optional(),
            explore: z.number().optional(),
            canon: z.number().optional(),
            balance: z.number().optional(),
          }),
        }),
      ),
      excluded: z.array(z.object({ name: z.string(), because: z.string() })),
    }),
    example: { capability: 'brief.write' },
    run: ({ store }: Needs, caller, { capability }) =>
      store.read(caller.tenantId, async (tx) => {
        const [place] = await assignAll(tx, [capability]);
        if (!place) throw await explainNobody(tx, capability);
        const { agentId, agentName, score, because, considered, excluded } = place;
        return { agentId, name: agentName, capability, score, because, considered, excluded };
      }),
  }),
  operation({
    name: 'agents.summary',
    summary: 'How many agents there are, by role and by capability, and in which status they are.',
    route: { method: 'GET', path: '/registry/summary' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({}),
    output: z.object({
      agents: z.number().int(),
      byRole: z.partialRecord(z.enum(AGENT_ROLES), count),
      byCapability: z.record(z.string(), count),
    }),
    example: {},
    run: ({ store }: Needs, caller) =>
      store.read(caller.tenantId, async (tx) => {
        const found = await countAgents(tx);
        return {
          agents: found.byRole.reduce((sum, row) => sum + row.agents, 0),
          byRole: gather(found.byRole.map((row) => ({ ...row, key: row.role }))),
          byCapability: gather(found.byCapability.map((row) => ({ ...row, key: row.capability }))),
        };
      }),
  }),
  operation({
    name: 'agents.relations',
    summary: 'What an agent knows of others by what it asked of them: interactions, mean answer time, trust.',
    route: { method: 'GET', path: '/agents/{id}/relations' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ id: z.string(), limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    output: z.object({ items: z.array(relationSchema) }),
    example: { id: someId },
    run: ({ store }: Needs, caller, { id, limit }) =>
      store.read(caller.tenantId, async (tx) => {
        const agent = await findRecipient(tx, id);
        return { items: (await selectRelations(tx, agent.id, limit)).map(toRelation) };
      }),
  }),
];

function gather(
  rows: ReadonlyArray<{ key: string; status: string; agents: number }>,
): Record<string, z.output<typeof count>> {
  return Object.fromEntries(
    [...Map.groupBy(rows, (row) => row.key)].map(([key, of]) => [
      key,
      {
        agents: of.reduce((sum, row) => sum + row.agents, 0),
        byStatus: statuses.parse(Object.fromEntries(of.map((row) => [row.status, row.agents]))),
      },
    ]),
  );
}
