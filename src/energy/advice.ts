import { selectGroups, selectRecords, selectState } from '../platform/store/energy.ts';
import type { EnergyGroupRow, EnergyRecordRow } from '../platform/store/energy-rows.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type Prediction, predict } from './prediction.ts';
import { lift } from './terms.ts';
import { type EnergySettings, type Learned, readState } from './weights.ts';

/** What energy has to say when somebody chooses an agent. */
export interface Advice {
  settings: EnergySettings;
  multipliers: Learned['multipliers'];
  /** What is known of an agent for a capability, beside those who were chosen already. */
  about(
    capability: string,
    agent: { id: string; confidence: number; succeeded: number; failed: number },
    chosen: readonly string[],
  ): { predicted?: Prediction; lift?: number; explorer?: number };
}

/** Ids of a group, as they are stored. */
export const membersOf = (ids: readonly string[]): string => [...ids].sort().join(' ');

/**
 * Reads what is needed for a choice, in two or three statements. `isTeam`: several agents are chosen together, and how
 * pairs did counts.
 */
export async function readAdvice(tx: TenantTx, capabilities: string[], isTeam: boolean): Promise<Advice> {
  const [state, known, pairs] = await Promise.all([
    selectState(tx),
    selectRecords(tx, capabilities),
    isTeam ? selectGroups(tx, { size: 2, limit: 2_000 }) : [],
  ]);
  const { settings, learned } = readState(state);
  // Before the first attempt has ended nothing is known.
  const { multipliers } = learned;
  if (!state || state.points === 0) return { settings, multipliers, about: () => ({}) };
  const records = Map.groupBy(known, ({ capability }) => capability);
  const together = new Map(pairs.map((pair) => [pair.members, pair]));
  return {
    settings,
    multipliers,
    about(capability, { id, confidence, succeeded, failed }, chosen) {
      const known = records.get(capability) ?? [];
      if (known.length === 0) return {};
      const predicted = predict(id, confidence, known);
      // While little is known of the agent with this capability, its whole record says more.
      const own = known.find((record) => record.agent_id === id);
      if ((own?.attempts ?? 0) < FEW_ATTEMPTS)
        predicted.success = (succeeded + 3 * confidence) / (succeeded + failed + 3);
      return {
        predicted,
        lift: liftBeside(id, chosen, together, known),
        // Nobody knows yet what one without a role is: it may be explored.
        explorer: learned.roles[id]?.explorer ?? 1,
      };
    },
  };
}

const FEW_ATTEMPTS = 5;

function liftBeside(
  id: string,
  chosen: readonly string[],
  together: ReadonlyMap<string, EnergyGroupRow>,
  known: readonly EnergyRecordRow[],
): number {
  const attempts = known.reduce((sum, record) => sum + record.attempts, 0);
  const usual = (known.reduce((sum, record) => sum + record.succeeded, 0) + 1) / (attempts + 2);
  return chosen
    .filter((other) => other !== id)
    .map((other) => together.get(membersOf([id, other])))
    .reduce((sum, pair) => sum + (pair ? lift(pair.together, pair.succeeded, usual) : 0), 0);
}
