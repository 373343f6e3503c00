import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';

/** What the page of energy asks for, by key: all below `energy`, which an event makes old together. */

export const energyQuery = queryOptions({
  queryKey: ['energy', 'summary'],
  queryFn: ({ signal }) => call('energy.summary', { limit: 50 }, { signal }),
});

export const gradientQuery = queryOptions({
  queryKey: ['energy', 'gradient'],
  queryFn: ({ signal }) => call('energy.gradient', {}, { signal }),
});

/** Points of the chart. */
export const LEDGER_POINTS = 200;

/** The newest points of the ledger of coordination energy, oldest first. */
export const energyLedgerQuery = queryOptions({
  queryKey: ['energy', 'ledger'],
  queryFn: async ({ signal }) => {
    const { items } = await call('energy.ledger', { limit: LEDGER_POINTS }, { signal });
    return items.toReversed();
  },
});

export const weightsQuery = queryOptions({
  queryKey: ['energy', 'weights'],
  queryFn: ({ signal }) => call('energy.weights', {}, { signal }),
});

/** Hours that are looked ahead. */
export const FORECAST_HOURS = 24;

export const forecastQuery = queryOptions({
  queryKey: ['energy', 'forecast'],
  queryFn: ({ signal }) => call('energy.forecast', { hours: FORECAST_HOURS }, { signal }),
});
