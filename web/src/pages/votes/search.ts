import type { Vote } from '../../api/models.ts';

export const VOTE_STATUSES: readonly Vote['status'][] = ['open', 'decided', 'failed'];

/** What the address of the list says; `ask`: the form to open a vote is open, for the members of `team`. */
export interface VotesSearch {
  status?: Vote['status'];
  team?: string;
  ask?: boolean;
}
