/**
 * A forecast by Holt (level and trend) or Holt-Winters (with a day as season), and whether it is better than the naive
 * one: the last value, or that of a day before (EVOLUTION 2.7). It is used only where it is.
 */
const [ALPHA, BETA, GAMMA] = [0.3, 0.05, 0.2];
export const SEASON_HOURS = 24;

export interface Forecast {
  method: 'naive' | 'seasonal-naive' | 'holt' | 'holt-winters';
  next: number[];
  /** Mean absolute percentage error of one step ahead, of the method and of the naive one; null without a test. */
  mape: number | null;
  naiveMape: number | null;
}

/** Hours from which on methods are compared: the errors of the first ones say little. */
const WARM_UP = 4;

export function forecast(values: readonly number[], ahead: number): Forecast {
  const hasSeasons = values.length >= 2 * SEASON_HOURS;
  const lag = hasSeasons ? SEASON_HOURS : 1;
  const naive = (index: number) => values[index - lag] ?? values[index - 1] ?? 0;
  const model = hasSeasons ? holtWinters(values) : holt(values);
  const from = Math.max(WARM_UP, hasSeasons ? SEASON_HOURS : 0);
  const naiveMape = mapeOf(values, from, naive);
  const mape = mapeOf(values, from, (index) => model.fitted[index] ?? 0);
  const isBetter = mape !== null && naiveMape !== null && mape < naiveMape;
  return {
    method: isBetter ? (hasSeasons ? 'holt-winters' : 'holt') : hasSeasons ? 'seasonal-naive' : 'naive',
    next: Array.from({ length: ahead }, (_, step) =>
      Math.max(
        0,
        isBetter ? model.at(step + 1) : (values[values.length - lag + (step % lag)] ?? values.at(-1) ?? 0),
      ),
    ),
    mape,
    naiveMape,
  };
}

interface Model {
  /** What was expected of each value before it came. */
  fitted: number[];
  at(step: number): number;
}

function holt(values: readonly number[]): Model {
  let [level, trend] = [values[0] ?? 0, 0];
  const fitted = values.map((value) => {
    const expected = level + trend;
    const before = level;
    level = ALPHA * value + (1 - ALPHA) * expected;
    trend = BETA * (level - before) + (1 - BETA) * trend;
    return expected;
  });
  return { fitted, at: (step) => level + step * trend };
}

/** Additive seasons, begun with the first day. */
function holtWinters(values: readonly number[]): Model {
  const first = values.slice(0, SEASON_HOURS);
  let level = first.reduce((sum, value) => sum + value, 0) / SEASON_HOURS;
  let trend = 0;
  const seasons = first.map((value) => value - level);
  const fitted = values.map((value, index) => {
    const place = index % SEASON_HOURS;
    const season = seasons[place] ?? 0;
    const expected = level + trend + season;
    if (index < SEASON_HOURS) return expected;
    const before = level;
    level = ALPHA * (value - season) + (1 - ALPHA) * (level + trend);
    trend = BETA * (level - before) + (1 - BETA) * trend;
    seasons[place] = GAMMA * (value - level) + (1 - GAMMA) * season;
    return expected;
  });
  return {
    fitted,
    at: (step) => level + step * trend + (seasons[(values.length + step - 1) % SEASON_HOURS] ?? 0),
  };
}

/** Hours in which nothing happened have no percentage and are left out. */
function mapeOf(values: readonly number[], from: number, expected: (index: number) => number): number | null {
  const errors = values.flatMap((value, index) =>
    index < from || value <= 0 ? [] : [Math.abs(value - expected(index)) / value],
  );
  return errors.length === 0 ? null : (100 * errors.reduce((sum, error) => sum + error, 0)) / errors.length;
}
