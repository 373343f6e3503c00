import { CadreError } from '../platform/kernel/errors.ts';
import { type Caller, personOf, ROLES } from '../platform/kernel/operation.ts';
import { selectKey } from '../platform/store/access.ts';
import type { ApprovalRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';

/** Who asks to decide, as approvals know people. */
export interface Approver {
  person: string;
  /** What they answer to in `by`: their role and those below it, and the name of their key. */
  names: string[];
}

/** A session counts as the key that opened it, or that made its link, while that key may be used. */
export async function approverOf(tx: TenantTx, caller: Caller): Promise<Approver> {
  const person = personOf(caller.actor);
  const names: string[] = ROLES.slice(0, ROLES.indexOf(caller.role) + 1);
  const [kind, id = ''] = person.split(':');
  const key = kind === 'key' ? await selectKey(tx, id) : undefined;
  // A key that is called like a role is no role.
  if (key && key.revoked_at === null && !ROLES.some((role) => role === key.name)) names.push(key.name);
  return { person, names };
}

/** Why somebody may not decide an approval; undefined when they may. */
export function refusalOf(
  row: ApprovalRow,
  { person, names }: Approver,
  caller: Caller,
): CadreError | undefined {
  if (row.allow_requester === 0 && row.requested_by === person)
    return new CadreError('approval/own-request', { person: caller.actor.name });
  const by: string[] = JSON.parse(row.approvers);
  if (by.some((one) => names.includes(one))) return undefined;
  return new CadreError('approval/not-asked', {
    by: by.join(', '),
    name: caller.actor.name,
    role: caller.role,
  });
}
