import { describe, expect, it } from 'vitest';
import {
  compressionCost,
  cosine,
  entropyOf,
  entropyTerm,
  hyperTerm,
  lift,
  memoryCost,
  memoryDiscount,
  nextPairWeight,
  pairTerm,
  regShare,
  regTerm,
  slopeOf,
  totalEnergy,
} from './terms.ts';

const vectors = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const abilities = [0.5, 0.8, 0.6];
const roles = [
  [0.9, 0.1, 0],
  [0.3, 0.6, 0.1],
  [0.2, 0.3, 0.5],
];
const terms = {
  pair: pairTerm(vectors, (i, j) => Math.min(abilities[i] ?? 0, abilities[j] ?? 0)),
  hyper: hyperTerm([{ weight: 1, energy: 0.5 }]),
  entropy: entropyTerm(roles, 0.5),
  reg: regTerm([1, 1, 1], 0.01, 'sum'),
  mem: 0.2 * compressionCost(0.5, 2),
  joule: 0,
  drift: 0,
  anomaly: 0,
};

describe('the published vector of coordination energy (EN-1)', () => {
  it('gives every term and the total', () => {
    expect(terms.pair).toBeCloseTo(-0.78, 9);
    expect(terms.hyper).toBeCloseTo(-0.5, 9);
    expect(terms.entropy).toBeCloseTo(-1.126341, 6);
    expect(terms.reg).toBeCloseTo(0.03, 9);
    expect(terms.mem).toBeCloseTo(0.05, 9);
    expect(totalEnergy(terms)).toBeCloseTo(-2.326341, 6);
  });
  it('twin: each pair counted twice, or another logarithm, is another number', () => {
    expect(terms.pair * 2).not.toBeCloseTo(-0.78, 2);
    expect(terms.entropy / Math.LN2).not.toBeCloseTo(-1.126341, 2);
  });
});

describe('parts', () => {
  it('takes reg as a share of positive energy, and its mean where nothing else is said', () => {
    expect(regShare(terms)).toBeCloseTo(0.375, 9);
    expect(regShare({ ...terms, joule: 0.04 })).toBeCloseTo(0.25, 9);
    expect(regShare({ ...terms, reg: 0, mem: 0 })).toBe(0);
    expect(regTerm([1, 3], 0.01)).toBeCloseTo(0.02, 9);
  });
  it('keeps hyperedges within one, entropies from 0 to ln n', () => {
    expect(hyperTerm([{ weight: 4, energy: 0.5 }])).toBe(-0.5);
    expect(entropyOf([0.5, 0.5])).toBeCloseTo(Math.LN2, 12);
    expect(entropyOf([1, 0])).toBeCloseTo(0, 12);
    expect(cosine([0, 0], [1, 0])).toBe(0);
  });
  it('costs memory by bytes, loss and staleness', () => {
    expect(memoryCost({ bytes: 50, capacityBytes: 100, loss: 0.25, hits: 3, items: 1 })).toBeCloseTo(0.35, 9);
    expect(memoryCost({ bytes: 0, capacityBytes: 100, loss: 0, hits: 0, items: 0 })).toBeCloseTo(0.2, 9);
    expect(memoryDiscount(0.4)).toBeCloseTo(0.8, 9);
    expect(memoryDiscount(7)).toBe(0.5);
  });
  it('moves pair weights by success', () => {
    expect(nextPairWeight(0.5, true, 0.8, 0.6)).toBeCloseTo(0.51, 9);
    expect(nextPairWeight(0.5, false, 0.8, 0.6)).toBeCloseTo(0.45, 9);
  });
  it('believes lifts the more, the more often they were seen', () => {
    expect(lift(0, 0, 0.5)).toBe(0);
    expect(lift(20, 20, 0.5)).toBeCloseTo(Math.log(21 / 22 / 0.5) / 2, 9);
    expect(lift(20, 2, 0.5)).toBeLessThan(0);
    expect(lift(200, 200, 0.5)).toBeGreaterThan(lift(20, 20, 0.5));
  });
  it('finds slopes by least squares', () => {
    expect(slopeOf([5, 4, 3, 2])).toBeCloseTo(-1, 12);
    expect(slopeOf([1, 2, 1, 2])).toBeCloseTo(0.2, 12);
    expect(slopeOf([3])).toBe(0);
  });
});
