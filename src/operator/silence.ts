import { CadreError } from '../platform/kernel/errors.ts';

/** True when nobody answers at all, which is no failure of the work; one who answers and fails is another matter. */
export async function isSilent(error: unknown, look: () => Promise<void>): Promise<boolean> {
  if (!(error instanceof CadreError) || !['outbound/failed', 'agent/unreachable'].includes(error.code))
    return false;
  return look().then(
    () => false,
    () => true,
  );
}
