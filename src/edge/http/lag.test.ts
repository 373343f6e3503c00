import { afterEach, expect, test } from 'vitest';
import { watchLag } from './lag.ts';

const open: Array<ReturnType<typeof watchLag>> = [];
afterEach(() => {
  for (const watch of open.splice(0)) watch.stop();
});
function watched() {
  const watch = watchLag();
  open.push(watch);
  return watch;
}
const turns = async (count: number) => {
  for (let left = count; left > 0; left -= 1) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('a loop that was blocked says how long; twin: before anything was measured it says nothing', async () => {
  const lag = watched();
  expect(lag.read()).toEqual({ p50Ms: 0, p99Ms: 0, maxMs: 0 });
  await turns(60);
  const until = performance.now() + 300;
  while (performance.now() < until);
  await turns(20);
  const { p50Ms, maxMs } = lag.read();
  expect(maxMs).toBeGreaterThan(220);
  expect(p50Ms).toBeLessThan(maxMs);
});
