import { energyOfSize, type ModelSize } from './joules.ts';
import type { TokenEnergy } from './model.ts';

/** The sizes of models by which their energy is estimated: the rows of the table in EVOLUTION section 3.2. */
const SIZES = {
  'dense-8b': { activeBillions: 8, totalBillions: 8, bits: 16 },
  'dense-32b': { activeBillions: 32, totalBillions: 32, bits: 16 },
  'moe-120b': { activeBillions: 5, totalBillions: 120, bits: 4 },
  'dense-70b': { activeBillions: 70, totalBillions: 70, bits: 16 },
  'moe-400b': { activeBillions: 17, totalBillions: 400, bits: 8 },
  'moe-671b': { activeBillions: 37, totalBillions: 671, bits: 8 },
} as const satisfies Record<string, ModelSize>;

export type EnergyClass = keyof typeof SIZES;
export const ENERGY_CLASSES = Object.keys(SIZES) as [EnergyClass, ...EnergyClass[]]; // it has six

/** What tokens of a model of this size take. */
export function energyOf(energyClass: EnergyClass): TokenEnergy {
  return energyOfSize(energyClass, SIZES[energyClass]);
}

/** The nearest row for so many billion parameters, as names of open models say them (`qwen3:32b`). */
export function classOfSize(billions: number): EnergyClass {
  if (billions <= 14) return 'dense-8b';
  if (billions <= 40) return 'dense-32b';
  if (billions <= 110) return 'dense-70b';
  return billions <= 450 ? 'moe-400b' : 'moe-671b';
}
