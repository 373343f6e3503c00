import { describe, expect, it } from 'vitest';
import { seededRandom } from '../platform/kernel/random.ts';
import { forecast } from './forecast.ts';

describe('forecast of energy (EVOLUTION 2.7)', () => {
  const random = seededRandom(3);
  const daily = Array.from({ length: 240 }, (_, hour) => {
    const base = 100 + 60 * Math.sin((2 * Math.PI * hour) / 24);
    return base * (0.8 + 0.4 * random());
  });
  it('learns the day, and is better than yesterday where the noise is large', () => {
    const { method, next, mape, naiveMape } = forecast(daily, 24);
    expect(method).toBe('holt-winters');
    expect(mape ?? 1).toBeLessThan(naiveMape ?? 0);
    const peak = next.indexOf(Math.max(...next));
    expect(peak).toBeGreaterThanOrEqual(3);
    expect(peak).toBeLessThanOrEqual(9);
  });
  it('follows level and trend without seasons', () => {
    const noisy = Array.from({ length: 40 }, (_, hour) => 50 + (hour % 2 === 0 ? 20 : -20));
    expect(forecast(noisy, 1).method).toBe('holt');
    expect(forecast(noisy, 1).next[0]).toBeGreaterThan(35);
  });
  it('twin: says naive where it is not better, and nothing of an empty past', () => {
    const jumps = Array.from({ length: 40 }, (_, hour) => (hour < 20 ? 10 : 1_000));
    expect(forecast(jumps, 2)).toMatchObject({ method: 'naive', next: [1_000, 1_000] });
    expect(forecast([], 2)).toEqual({ method: 'naive', next: [0, 0], mape: null, naiveMape: null });
  });
});
