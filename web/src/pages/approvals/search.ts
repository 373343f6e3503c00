import type { ApprovalStatus } from '../../api/models.ts';

export const APPROVAL_STATUSES = [
  'pending',
  'approved',
  'rejected',
  'expired',
  'withdrawn',
] as const satisfies readonly ApprovalStatus[];

/** What the address of the approvals says: which are shown; those of one task. Nothing: the open ones. */
export interface ApprovalsSearch {
  status?: ApprovalStatus;
  task?: string;
}
