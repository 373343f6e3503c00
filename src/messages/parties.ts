import { selectNames } from '../platform/store/conversations.ts';
import type { TenantTx } from '../platform/store/transaction.ts';

/** Who wrote or was written to. */
export interface PartyRow {
  id: string;
  type: string;
}

/** How people call a party. */
export type NameOf = (id: string) => string;

/** Finds out how parties are called: agents and keys by their names, the rest by what they are. */
export async function namesOf(tx: TenantTx, parties: Iterable<PartyRow>): Promise<NameOf> {
  const agents = new Set<string>();
  const keys = new Set<string>();
  for (const { id, type } of parties) {
    if (type === 'agent') agents.add(id);
    else if (id.startsWith('key:')) keys.add(id.slice('key:'.length));
  }
  const names = await selectNames(tx, { agents: [...agents], keys: [...keys] });
  return (id) => {
    if (id.startsWith('key:')) return names.get(id.slice('key:'.length)) ?? 'a person with a key';
    if (id.startsWith('session:')) return 'a person in the console';
    // A collaboration, a solution or a search asks in a name of its own, `ask:<run>:<round>`.
    if (/^(system|ask):/.test(id)) return 'Cadre';
    if (id.startsWith('vote:')) return 'the vote';
    return names.get(id) ?? 'an agent that is gone';
  };
}

/** Both ends of messages. */
export function* partiesOf(
  rows: Iterable<{ sender_id: string; sender_type: string; recipient_id: string; recipient_type: string }>,
): Iterable<PartyRow> {
  for (const row of rows) {
    yield { id: row.sender_id, type: row.sender_type };
    yield { id: row.recipient_id, type: row.recipient_type };
  }
}
