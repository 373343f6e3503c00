import { z } from 'zod';
import { CadreError } from '../platform/kernel/errors.ts';

/** Where the electricity comes from. */
export interface Grid {
  /** Three letters of a country, `WORLD`, or `own` for a number that was set. */
  name: string;
  gramsPerKwh: number;
}

const dataSchema = z.object({ averageIntensity: z.object({ data: z.record(z.string(), z.number()) }) });

/**
 * The grid that `CADRE_GRID` names: `world`, a country such as `DEU`, or grams of CO2e per kWh. Averages are those of
 * Ember, as `@tgwf/co2` carries them; it is loaded here, at the first use.
 * @throws CadreError `energy/unknown-grid`
 */
export async function readGrid(setting: string): Promise<Grid> {
  const grams = Number(setting);
  if (setting.trim() !== '' && Number.isFinite(grams) && grams >= 0)
    return { name: 'own', gramsPerKwh: grams };
  // The package has no types; what it holds is checked.
  const module: unknown = await import('@tgwf/co2/data' as string);
  const { data } = dataSchema.parse(module).averageIntensity;
  const name = setting.trim().toUpperCase();
  const found = data[name];
  // A zero in the data is a gap, not a grid without carbon.
  if (!found) throw new CadreError('energy/unknown-grid', { grid: setting });
  return { name, gramsPerKwh: found };
}
