import type { Operations } from '../../api/types.ts';
import { energy, percent } from '../../parts/amounts.ts';

type Summary = Operations['energy.summary']['output'];
type Forecast = Operations['energy.forecast']['output']['joules'];

/** What each term of coordination energy says, for somebody new. */
export const TERMS = [
  { key: 'pair', name: 'Pairs', means: 'Lower when agents worked side by side that do well together.' },
  {
    key: 'hyper',
    name: 'Groups',
    means: 'Lower when a whole group does better than its pairs would let one expect.',
  },
  { key: 'entropy', name: 'Variety', means: 'Lower the more the work is spread over those who could do it.' },
  {
    key: 'reg',
    name: 'Overhead',
    means: 'Higher the more joules idle machines take and the more tokens are sent.',
  },
  { key: 'mem', name: 'Memory', means: 'What the memory of agents costs: its size, its losses, its age.' },
  {
    key: 'joule',
    name: 'Price of joules',
    means: 'Joules times the price set for one: the only way joules count here.',
  },
  { key: 'drift', name: 'Drift', means: 'Higher when failures pile up lately.' },
  { key: 'anomaly', name: 'Unusual', means: 'Higher when an attempt took unusually much.' },
] as const;

/** A number without a unit. */
export const score = (value: number): string => {
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
  return (text === '-0' ? '0' : text).replace('-', '−');
};

/** Where a value goes from point to point: lower is better. */
export function slopeWords(slope: number): { sign: string; words: string } {
  if (Math.abs(slope) < 1e-6) return { sign: '→', words: 'steady' };
  return slope < 0 ? { sign: '↘', words: 'falling: better' } : { sign: '↗', words: 'rising: worse' };
}

/** How choice by record compares with choosing at random among those who were measured. */
export function savedWords({ savedPercent, random }: Summary): { value: string; below?: string } {
  if (savedPercent === null || random === null)
    return { value: 'not known yet', below: 'too little was measured' };
  const share = percent(Math.abs(savedPercent) / 100);
  return {
    value: savedPercent >= 0 ? `${share} less` : `${share} more`,
    below: `random choice would take ${energy(random.joulesPerSuccess)}`,
  };
}

/** What the next hours may take, with how wrong that was so far; undefined where nothing is to be said. */
export function forecastWords(
  { next, mape, naiveMape, method }: Forecast,
  hours: number,
): string | undefined {
  const sum = next.reduce((total, value) => total + value, 0);
  if (sum === 0) return undefined;
  const isPlain = method === 'naive' || method === 'seasonal-naive';
  const error = isPlain ? naiveMape : mape;
  const how = isPlain ? 'as in the hours before' : 'by the trend of the hours before';
  const wrong =
    error === null
      ? 'nobody knows yet how wrong that is'
      : `so far that was wrong by ${Math.round(error)} % for an hour`;
  return `The next ${hours} hours may take about ${energy(sum)}, ${how}; ${wrong}.`;
}
