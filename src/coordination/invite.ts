import { CadreError } from '../platform/kernel/errors.ts';
import { selectAgents } from '../platform/store/agents.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { findAgents, rosterOf } from './teams/roster.ts';

/** Whom to ask: agents by id or name, the members of a team, or everybody who offers a capability. */
export interface Invitation {
  agents?: string[] | undefined;
  teamId?: string | undefined;
  capability?: string | undefined;
}

/** Most agents that one capability brings together. */
const FITTING_LIMIT = 1_000;
/** Statuses in which an agent handles no messages for a reason of its own. */
const UNFIT: readonly string[] = ['archived', 'error', 'initializing', 'validating'];

/**
 * The agents that are invited, each once, in the order named; of a team its lead comes first.
 * @throws CadreError `agent/not-found`, `agent/unavailable`, `team/not-found`, `request/invalid`,
 * `collaboration/too-few`, `collaboration/too-many`
 */
export async function invited(
  tx: TenantTx,
  invitation: Invitation,
  bounds: { least: number; most: number; but?: string | null },
): Promise<Array<{ id: string; name: string }>> {
  const found = (await findInvited(tx, invitation)).filter((agent) => agent.id !== bounds.but);
  if (found.length < bounds.least)
    throw new CadreError('collaboration/too-few', { found: found.length, needed: bounds.least });
  if (found.length > bounds.most)
    throw new CadreError('collaboration/too-many', { found: found.length, limit: bounds.most });
  return found;
}

async function findInvited(
  tx: TenantTx,
  { agents, teamId, capability }: Invitation,
): Promise<Array<{ id: string; name: string }>> {
  // Who names a team that is not there learns that first.
  const roster = teamId === undefined ? undefined : await rosterOf(tx, teamId);
  const ways = [agents, teamId, capability].filter((way) => way !== undefined);
  if (ways.length !== 1)
    throw new CadreError('request/invalid', {
      detail: 'agents: name agents, or a team, or a capability; exactly one of them',
    });
  if (agents) return (await findAgents(tx, agents)).map(({ id, name }) => ({ id, name }));
  if (roster)
    return roster.order.flatMap((id) => {
      const member = roster.members.find((one) => one.agent_id === id);
      return member ? [{ id, name: member.name }] : [];
    });
  const able = await selectAgents(tx, { capability: capability ?? '', limit: FITTING_LIMIT });
  return able
    .filter((agent) => agent.enabled === 1 && !UNFIT.includes(agent.status))
    .map(({ id, name }) => ({ id, name }))
    .reverse(); // oldest first
}

/** The id of the agent for which something is asked, or null. @throws CadreError `agent/not-found` */
export async function asker(tx: TenantTx, from: string | undefined): Promise<string | null> {
  if (from === undefined) return null;
  const [agent] = await findAgents(tx, [from]);
  return agent?.id ?? null;
}
