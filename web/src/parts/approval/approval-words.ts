import type { Approval, ApprovalStatus } from '../../api/models.ts';
import { mayDo, type Role } from '../../api/roles.ts';

/** Statuses of approvals as people say them. */
export const APPROVAL_WORDS: Readonly<Record<ApprovalStatus, { word: string; means: string }>> = {
  pending: { word: 'open', means: 'it waits for a decision' },
  approved: { word: 'approved', means: 'the step that it is for may begin' },
  rejected: { word: 'rejected', means: 'the step has failed' },
  expired: { word: 'expired', means: 'nobody decided in time' },
  withdrawn: { word: 'withdrawn', means: 'its task ended before it was decided' },
};

const ROLES: readonly string[] = ['viewer', 'operator', 'admin', 'owner'];
const isRole = (name: string): name is Role => ROLES.includes(name);

/** Who may decide, as a sentence says it: "operators and higher roles, or the key Boss". */
export function deciders(by: readonly string[]): string {
  const roles = by.filter(isRole);
  // A role stands for itself and those above it: the lowest says it all.
  const lowest = roles.toSorted((a, b) => ROLES.indexOf(a) - ROLES.indexOf(b))[0];
  const names = by.filter((name) => !isRole(name)).map((name) => `the key ${name}`);
  const ofRoles =
    lowest === undefined ? [] : [lowest === 'owner' ? 'owners' : `${lowest}s and those with a higher role`];
  return [...ofRoles, ...names].join(', or ');
}

/** Why who looks at an open approval may not decide it; undefined when they may. The server has the last word. */
export function whyNot(approval: Approval, role: Role | undefined): string | undefined {
  const { status, mayDecide, by, allowRequester } = approval;
  if (status !== 'pending' || mayDecide) return undefined;
  if (role === undefined || role === 'viewer')
    return 'You may look at it. To decide, one needs the role operator.';
  const isAsked = by.some((name) => isRole(name) && mayDo(role, name));
  if (isAsked && !allowRequester)
    return 'You began its task, and who asks may not decide: so one person alone cannot let a step through. Let somebody with another key decide. Who works alone can write “allowRequester: true” in the step.';
  const others = allowRequester ? '' : ', and never who began the task';
  return `Only ${deciders(by)} may decide this${others}.`;
}
