import type { CatalogueEntry } from './errors.ts';

/** The part of the catalogue that is about energy: plain data, because `errors.ts` imports it. */
export const energyErrors = {
  'energy/unknown-grid': {
    message: 'There is no electricity grid "{grid}".',
    status: 400,
    hint: 'Set CADRE_GRID to `world`, to three letters of a country such as `DEU`, or to grams of CO2e per kWh.',
    retryable: false,
  },
  'energy/over-limit': {
    message: 'Nobody can do {capability} within {limitJ} J: {agents}.',
    status: 409,
    hint: 'Raise the limit with `cadre energy change --max-joules`, or register an agent that takes less.',
    retryable: false,
  },
  'energy/guard': {
    message: 'The change of energy weights was refused: {detail}.',
    status: 422,
    hint: 'Take smaller weights; `cadre energy weights` shows those that hold and their bounds.',
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
