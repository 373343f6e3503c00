import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './queries.ts';
import type { Operations } from './types.ts';

export type Role = Operations['keys.whoami']['output']['role'];

/** From the one who may look to the one who may do all. */
const RANKS: readonly Role[] = ['viewer', 'operator', 'admin', 'owner'];

/** True when a role may do what `needed` may. */
export const mayDo = (role: Role, needed: Role): boolean => RANKS.indexOf(role) >= RANKS.indexOf(needed);

/** Whether who is signed in may do what `needed` may. The server decides; this only hides what it would refuse. */
export function useMay(needed: Role): boolean {
  const { data } = useQuery(sessionQuery);
  return data ? mayDo(data.role, needed) : false;
}
