import type { EnergyGroupRow, EnergyRecordRow } from '../platform/store/energy-rows.ts';
import { lift } from './terms.ts';

/** Weights of pairs: what two agents reach together beside what they reach each for itself. */
export function pairWeights(
  pairs: readonly EnergyGroupRow[],
  records: readonly EnergyRecordRow[],
): Array<{ a: string; b: string; weight: number }> {
  const by = Map.groupBy(records, ({ agent_id }) => agent_id);
  return pairs.map(({ members, together, succeeded }) => {
    const [a = '', b = ''] = members.split(' ');
    const of = [...(by.get(a) ?? []), ...(by.get(b) ?? [])];
    const attempts = of.reduce((sum, record) => sum + record.attempts, 0);
    const expected = (of.reduce((sum, record) => sum + record.succeeded, 0) + 1) / (attempts + 2);
    return { a, b, weight: lift(together, succeeded, expected) };
  });
}
