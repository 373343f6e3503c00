import type { NewMessage } from '../../messages/accept.ts';
import type { MailListener, Onward } from '../../messages/listener.ts';
import type { Mail } from '../../messages/mail.ts';
import { type MessageType, messageSchema } from '../../messages/message.ts';
import { parsePayload } from '../../messages/payloads.ts';
import type { EventLog } from '../../platform/events/events.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { MessageRow, TeamSayingRow } from '../../platform/store/schema.ts';
import { insertHops, insertSaying, selectHops } from '../../platform/store/teams.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { memberOf, type Roster } from './roster.ts';
import { type Hop, routeTo } from './topology.ts';

/**
 * Speaking in a team. A message goes along the edges of the team's graph only: whoever stands between gets it first,
 * and when it has acknowledged it, it goes on in the same transaction. The way is fixed when it is said, so a change
 * of the topology loses nothing that is under way.
 */
export interface Saying {
  /** Id or name of the member that speaks; absent: a person, who speaks to the lead. */
  from?: string | undefined;
  /** Ids or names of members; absent: all others. */
  to?: readonly string[] | undefined;
  person: string;
  type: MessageType;
  payload: unknown;
  subject?: string | undefined;
  priority: number;
  /** Milliseconds since 1970. */
  expiresAt: number | null;
}

/** Messages of a team are one conversation of each recipient: in order, whoever hands them over. */
export const conversationOf = (teamId: string): string => `team:${teamId}`;

/**
 * Says something in a team: the first messages of the way, all or none.
 * @throws CadreError `team/not-member`, `team/no-members`, and what the mail refuses
 */
export async function say(
  tx: TenantTx,
  { mail }: { mail: Mail },
  roster: Roster,
  saying: Saying,
): Promise<{ sayingId: string; messages: MessageRow[] }> {
  const { team, order, edges, lead } = roster;
  const speaker = saying.from === undefined ? undefined : memberOf(roster, saying.from).agent_id;
  const targets = (saying.to?.map((name) => memberOf(roster, name).agent_id) ?? order).filter(
    (id) => id !== speaker,
  );
  if (!lead || targets.length === 0) throw new CadreError('team/no-members', { team: team.name });
  const first: Hop[] =
    speaker === undefined
      ? [{ to: lead.id, addressed: targets.includes(lead.id), next: routeTo(edges, lead.id, targets) }]
      : routeTo(edges, speaker, targets);
  const row = {
    id: newId(),
    team_id: team.id,
    sender_id: speaker ?? saying.person,
    shape: team.shape,
    type: saying.type,
    payload: JSON.stringify(parsePayload(saying.type, saying.payload)),
    subject: saying.subject ?? saying.type.replaceAll('_', ' '),
    priority: saying.priority,
    expires_at: saying.expiresAt,
  };
  // What passes others must fit into the wrapping that they get: found out now, not on the way.
  parsePayload('status_update', wrap(row));
  await insertSaying(tx, row);
  const from = speaker === undefined ? { type: 'person' as const, id: saying.person } : agent(speaker);
  const messages = await mail.send(
    tx,
    first.map((hop) => messageOf(row, from, hop)),
  );
  await insertHops(
    tx,
    messages.flatMap((message, index) => hopRow(message, row.id, first[index])),
  );
  return { sayingId: row.id, messages };
}

type Content = Omit<TeamSayingRow, 'tenant_id' | 'created_at'>;

const agent = (id: string) => ({ type: 'agent' as const, id });

function messageOf(saying: Content, from: NewMessage['from'], hop: Hop): NewMessage {
  return {
    from,
    to: hop.to,
    type: hop.addressed ? messageSchema.shape.type.parse(saying.type) : 'status_update',
    payload: hop.addressed ? JSON.parse(saying.payload) : wrap(saying),
    subject: saying.subject,
    priority: saying.priority,
    conversationId: conversationOf(saying.team_id),
    correlationId: saying.id,
    ...(!hop.addressed && { isRelay: true }),
    ...(saying.expires_at !== null && { expiresAt: Number(saying.expires_at) }),
  };
}

/** What a member gets that only hands a message on: it sees it, and can stop it by failing it. */
function wrap(saying: Content) {
  const { id, team_id, type, payload, sender_id } = saying;
  return {
    message: 'Handed on to others in the team once this is acknowledged.',
    data: { handOn: { teamId: team_id, sayingId: id, from: sender_id, type, payload: JSON.parse(payload) } },
  };
}

function hopRow(message: MessageRow, sayingId: string, hop: Hop | undefined) {
  return hop && hop.next.length > 0
    ? [{ message_id: message.id, saying_id: sayingId, next: JSON.stringify(hop.next) }]
    : [];
}

/** Sends on what a member acknowledged, and says so in the log when a way ends before its end. */
export function relay({ events }: { events: EventLog }): MailListener {
  return {
    async ended(tx, closed) {
      const own = closed.filter((row) => row.conversation_id.startsWith('team:'));
      const found = await selectHops(
        tx,
        own.map((row) => row.origin_id ?? row.id),
      );
      const onward: Onward[] = [];
      for (const hop of found) {
        const row = own.find((one) => (one.origin_id ?? one.id) === hop.message_id);
        if (!row) continue;
        const next: Hop[] = JSON.parse(hop.next);
        if (row.status !== 'acknowledged') {
          await tellBroken(tx, hop, row.recipient_id, next, row.error ?? row.status);
          continue;
        }
        for (const one of next)
          onward.push({
            message: messageOf(hop, agent(row.recipient_id), one),
            added: (inner, sent) => insertHops(inner, hopRow(sent, hop.id, one)),
            refused: (inner, error) => tellBroken(inner, hop, row.recipient_id, [one], error.message),
          });
      }
      return onward;
    },
  };

  async function tellBroken(
    tx: TenantTx,
    saying: { id: string; team_id: string; team_name: string; subject: string },
    at: string,
    next: Hop[],
    because: string,
  ): Promise<void> {
    await events.append(tx, [
      {
        tenantId: tx.tenantId,
        type: 'team.route-broken',
        agentId: at,
        data: {
          teamId: saying.team_id,
          team: saying.team_name,
          sayingId: saying.id,
          subject: saying.subject,
          notReached: next.flatMap(addressees),
          because,
        },
      },
    ]);
  }
}

function addressees(hop: Hop): string[] {
  return [...(hop.addressed ? [hop.to] : []), ...hop.next.flatMap(addressees)];
}
