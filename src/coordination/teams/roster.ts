import { agentSchema, agentSpecSchema } from '../../agents/agent.ts';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { selectRecipients } from '../../platform/store/mailboxes.ts';
import type { TeamRow } from '../../platform/store/schema.ts';
import {
  type LeaderView,
  type MemberView,
  selectLeaders,
  selectMembers,
  selectTeam,
} from '../../platform/store/teams.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { inOrder, leadOf, type Team, teamSchema } from './team.ts';
import { type Edge, edgesOf } from './topology.ts';

/** A team with its people, as the verbs of this room use it. */
export interface Roster {
  team: TeamRow;
  members: MemberView[];
  leader: LeaderView | undefined;
  lead: ReturnType<typeof leadOf>;
  /** Ids of the members, the lead first. */
  order: string[];
  edges: Edge[];
}

/** Reads the people of teams. */
export async function rostersOf(tx: TenantTx, teams: TeamRow[]): Promise<Roster[]> {
  const ids = teams.map((team) => team.id);
  const members = Map.groupBy(await selectMembers(tx, ids), (member) => member.team_id);
  const leaders = new Map((await selectLeaders(tx, ids)).map((leader) => [leader.team_id, leader]));
  return teams.map((team) => {
    const own = members.get(team.id) ?? [];
    const leader = leaders.get(team.id);
    const lead = leadOf(
      own.map((one) => ({ id: one.agent_id, status: one.status, enabled: one.enabled === 1 })),
      leader?.is_current ? leader.agent_id : undefined,
      team.lead_id ?? undefined,
    );
    const order = inOrder(
      own.map((one) => one.agent_id),
      lead?.id,
    );
    const { shape } = teamSchema.pick({ shape: true }).parse({ shape: team.shape });
    return { team, members: own, leader, lead, order, edges: edgesOf(shape, order, team.fan_out) };
  });
}

/** One team with its people. @throws CadreError `team/not-found` */
export async function rosterOf(tx: TenantTx, id: string): Promise<Roster> {
  const team = await selectTeam(tx, id);
  const [roster] = team ? await rostersOf(tx, [team]) : [];
  if (!roster) throw new CadreError('team/not-found', { id });
  return roster;
}

/** Agents by id or name, in the order asked for, each once. @throws CadreError `agent/not-found`, `agent/unavailable` */
export async function findAgents(
  tx: TenantTx,
  names: readonly string[],
): Promise<Array<{ id: string; name: string; spec: string }>> {
  const found = await selectRecipients(tx, [...new Set(names)]);
  const agents = names.map((name) => {
    const agent = found.find((one) => one.id === name) ?? found.find((one) => one.name === name);
    if (!agent) throw new CadreError('agent/not-found', { id: name });
    if (agent.status === 'archived')
      throw new CadreError('agent/unavailable', { name: agent.name, status: agent.status });
    return agent;
  });
  return [...new Map(agents.map((agent) => [agent.id, agent])).values()];
}

/** A member by id or name. @throws CadreError `team/not-member` */
export function memberOf({ team, members }: Roster, name: string): MemberView {
  const member = members.find((one) => one.agent_id === name) ?? members.find((one) => one.name === name);
  if (!member) throw new CadreError('team/not-member', { agent: name, team: team.name });
  return member;
}

/** A team as people see it. */
export function toTeam({ team, members, leader, lead, edges }: Roster): Team {
  const offered = Map.groupBy(
    members.flatMap((one) => agentSpecSchema.parse(JSON.parse(one.spec)).capabilities),
    (capability) => capability.name,
  );
  const capabilities = [...offered].map(([name, of]) => ({ name, agents: of.length }));
  const isLease = lead?.by === 'lease';
  return {
    id: team.id,
    name: team.name,
    description: team.description,
    ...teamSchema.pick({ topology: true, shape: true }).parse(team),
    fanOut: team.fan_out,
    shapeBecause: team.shape_because,
    shapeSince: toRfc3339(Number(team.shape_at)),
    edges: edges.length,
    lead: lead
      ? {
          agentId: lead.id,
          name: members.find((one) => one.agent_id === lead.id)?.name ?? lead.id,
          by: lead.by,
          term: isLease ? (leader?.term ?? null) : null,
          until: isLease && leader ? toRfc3339(leader.until) : null,
        }
      : null,
    members: members.map((one) => ({
      agentId: one.agent_id,
      name: one.name,
      status: agentSchema.shape.status.parse(one.status),
    })),
    capabilities: capabilities.sort((a, b) => (a.name < b.name ? -1 : 1)),
    createdAt: toRfc3339(Number(team.created_at)),
    updatedAt: toRfc3339(Number(team.updated_at)),
  };
}
