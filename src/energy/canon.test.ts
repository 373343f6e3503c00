import { describe, expect, it } from 'vitest';
import { canonScore, complexityOf } from './canon.ts';

const some = { complexity: 0.8, currentEnergy: 0, memoryPressure: 0.2, skills: [] };

describe('the score of SC-2 (lower is better)', () => {
  it('gives the published vectors, with their terms', () => {
    const able = canonScore({ ...some, ability: 0.8, roleMatch: 0.6 });
    const fitting = canonScore({ ...some, ability: 0.5, roleMatch: 0.9 });
    expect(able.score).toBeCloseTo(0.42, 9);
    expect(fitting.score).toBeCloseTo(0.51, 9);
    expect(able.terms).toEqual({
      ability: expect.closeTo(0.16, 9),
      role: expect.closeTo(0.2, 9),
      current: 0,
      memory: expect.closeTo(0.06, 9),
      skill: 0,
    });
  });
  it('counts missing skills where they are declared, and nothing beyond what is needed', () => {
    const skills = [
      { need: 0.8, have: 0.4 },
      { need: 0.2, have: 1 },
    ];
    expect(canonScore({ ...some, ability: 0.8, roleMatch: 0.6, skills }).score).toBeCloseTo(0.42 + 0.4, 9);
  });
  it('reads complexity from words, within its bounds', () => {
    expect(complexityOf('write')).toBe(0.5);
    expect(complexityOf('urgent large-scale analysis, explore')).toBe(1);
    expect(complexityOf('a small one')).toBeCloseTo(0.4, 9);
  });
});
