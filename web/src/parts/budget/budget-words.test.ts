import { expect, test } from 'vitest';
import { fillsOf, warningOf } from './budget-words.ts';

const nothing = { costUsd: 0, tokens: 0, energyJ: 0 };
const open = { costUsd: null, tokens: null, energyJ: null, hostJ: null, spent: nothing, reserved: nothing };

test('a fill for each limit, with what is reserved beside what is spent', () => {
  const fills = fillsOf({
    ...open,
    costUsd: 5,
    tokens: 1_000,
    spent: { costUsd: 3.2, tokens: 900, energyJ: 7 },
    reserved: { costUsd: 0.4, tokens: 500, energyJ: 0 },
  });
  expect(fills.map(({ name, state }) => [name, state])).toEqual([
    ['Money', 'fine'],
    ['Tokens', 'warned'],
  ]);
  expect(fills[0]?.words).toBe('$3.20 of $5.00 spent (64 %), $0.40 reserved by calls under way');
  expect(fills[1]?.spentShare).toBe(0.9);
  expect(fills[1]?.reservedShare).toBeCloseTo(0.1, 9);
});

test('at the limit calls are refused, and a limit of nothing is always reached', () => {
  const reached = fillsOf({ ...open, costUsd: 1, spent: { ...nothing, costUsd: 1 } });
  expect(reached[0]?.state).toBe('reached');
  expect(warningOf(reached, 'day')).toContain('until midnight UTC');
  expect(fillsOf({ ...open, energyJ: 0 })[0]).toMatchObject({ state: 'reached', spentShare: 1 });
  const warned = fillsOf({ ...open, costUsd: 1, spent: { ...nothing, costUsd: 0.8 } });
  expect(warningOf(warned, 'day')).toContain('80 %');
  expect(warningOf(fillsOf({ ...open, costUsd: 1 }), 'day')).toBeUndefined();
});

test('joules of this machine are told apart, where joules are limited', () => {
  const spent = { ...nothing, energyJ: 7 };
  expect(fillsOf({ ...open, energyJ: 10, hostJ: 2, spent })[0]?.words).toContain(
    ', 2 J of it by this machine',
  );
  expect(fillsOf({ ...open, energyJ: 10, hostJ: 0, spent })[0]?.words).not.toContain('machine');
});
