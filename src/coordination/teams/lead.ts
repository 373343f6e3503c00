import type { EventLog } from '../../platform/events/events.ts';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { endLead, type LeaderView, renewLead, selectLeaders, takeLead } from '../../platform/store/teams.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { memberOf, type Roster } from './roster.ts';

/** How long a lead lasts without a renewal, unless its holder says otherwise. */
export const LEAD_LEASE_MS = 15_000;

/**
 * Leading by lease (FEATURES TO-2): one row per team with holder, term and end, on the database's clock. The database
 * is the only judge, so there is never more than one valid lease; this is no Raft, and without the database nobody
 * leads. A leader checks its term at what it does: `term` rises with every new leader.
 */

/**
 * Takes the lead when nobody holds it, or renews the own term.
 * @throws CadreError `team/not-member`, `team/led`, `team/old-term` (nothing is changed then)
 */
export async function lead(
  tx: TenantTx,
  { events }: { events: EventLog },
  roster: Roster,
  claim: { agent: string; term?: number | undefined; leaseMs: number },
): Promise<LeaderView> {
  const { team } = roster;
  const member = memberOf(roster, claim.agent);
  if (claim.term === undefined) {
    const term = await takeLead(tx, team.id, member.agent_id, claim.leaseMs);
    const held = await current(tx, team.id);
    if (term === undefined)
      throw new CadreError('team/led', { team: team.name, term: held.term, until: toRfc3339(held.until) });
    await events.append(tx, [changed(tx, roster, member.agent_id, { name: member.name, term })]);
    return held;
  }
  const isRenewed = await renewLead(tx, team.id, member.agent_id, claim.term, claim.leaseMs);
  if (isRenewed) return current(tx, team.id);
  const [known] = await selectLeaders(tx, [team.id]);
  throw new CadreError('team/old-term', { team: team.name, given: claim.term, term: known?.term ?? 0 });
}

/** Steps down: the lease ends now and another may take the lead. False when the agent does not hold it. */
export async function resign(
  tx: TenantTx,
  { events }: { events: EventLog },
  roster: Roster,
  agentId: string,
  term?: number,
): Promise<boolean> {
  if (!(await endLead(tx, roster.team.id, agentId, term))) return false;
  await events.append(tx, [changed(tx, roster, agentId, { term: roster.leader?.term ?? 0, resigned: true })]);
  return true;
}

function changed(tx: TenantTx, { team }: Roster, agentId: string, data: Record<string, unknown>) {
  return {
    tenantId: tx.tenantId,
    type: 'team.leader-changed' as const,
    agentId,
    data: { teamId: team.id, team: team.name, ...data },
  };
}

async function current(tx: TenantTx, teamId: string): Promise<LeaderView> {
  const [leader] = await selectLeaders(tx, [teamId]);
  if (!leader) throw new CadreError('team/not-found', { id: teamId });
  return leader;
}
