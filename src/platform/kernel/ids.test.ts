import { expect, test } from 'vitest';
import { fakeClock } from './clock.ts';
import { isId, newId } from './ids.ts';

test('ids are UUIDs of version 7 that sort by age, also within a millisecond and when the clock goes back', () => {
  const clock = fakeClock(4_000_000_000_000);
  const ids = Array.from({ length: 10_000 }, (_, index) => {
    if (index === 6_000) clock.advance(1);
    if (index === 8_000) clock.advance(-50);
    return newId(clock);
  });
  expect(new Set(ids).size).toBe(10_000);
  expect([...ids].sort()).toEqual(ids);
  expect(ids.every((id) => isId(id) && id[14] === '7' && '89ab'.includes(id[19] ?? ''))).toBe(true);
  expect(Number.parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16)).toBe(4_000_000_000_000);
});

test('what is no id is told', () => {
  for (const text of ['', 'x', '../../etc/passwd', `${newId()}a`, newId().toUpperCase(), ` ${newId()}`])
    expect(isId(text), text).toBe(false);
});
