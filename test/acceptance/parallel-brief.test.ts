import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

const folder = join(import.meta.dirname, '../../examples/harbour');

/** The most agents that hold a lease at one moment, from `run.claimed` to `task.settled`, by the log alone. */
function mostAtOnce(events: Awaited<ReturnType<TestHouse['events']>>): { most: number; agents: number } {
  const marks: Array<{ atMs: number; agent: string; change: 1 | -1 }> = [];
  const open = new Map<string, string>();
  for (const event of events) {
    if (!event.taskId) continue;
    if (event.type === 'run.claimed' && event.data.kind === 'operator.work') {
      const agent = String(event.agentId);
      open.set(event.taskId, agent);
      marks.push({ atMs: Date.parse(event.at), agent, change: 1 });
    }
    const agent = open.get(event.taskId);
    if (event.type === 'task.settled' && agent !== undefined) {
      open.delete(event.taskId);
      marks.push({ atMs: Date.parse(event.at), agent, change: -1 });
    }
  }
  expect(open.size, 'every lease has its end in the log').toBe(0);
  // Of what happens in one millisecond ends come first, so that a hand-over is no overlap.
  marks.sort((a, b) => a.atMs - b.atMs || a.change - b.change);
  const held = new Map<string, number>();
  let most = 0;
  for (const { agent, change } of marks) {
    held.set(agent, (held.get(agent) ?? 0) + change);
    most = Math.max(most, [...held.values()].filter((count) => count > 0).length);
  }
  return { most, agents: held.size };
}

onEveryStore('the brief is the work of a team', (dialect) => {
  async function brief(places: number) {
    const home = await openTestHouse({ dialect, env: { CADRE_CONCURRENCY: String(places) } });
    try {
      const names = readdirSync(folder);
      const files = await home.upload(
        Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))])),
      );
      const task: Task = await home.run({ goal: 'Brief me: who and what matters here, with sources', files });
      expect(task.status).toBe('completed');
      // On PostgreSQL readers stay behind what is not settled yet, so the last events come a moment later.
      const isEnd = ({ type, taskId }: { type: string; taskId: string | null }) =>
        type === 'task.settled' && taskId === task.id;
      const events = await until(async () => {
        const found = await home.events(task.id);
        return found.some(isEnd) && found;
      }, 'the end in the log');
      return mostAtOnce(events);
    } finally {
      await home.close();
    }
  }

  it('at least three agents hold overlapping leases', async () => {
    const { most, agents } = await brief(16);
    expect(most).toBeGreaterThanOrEqual(3);
    expect(agents).toBeGreaterThanOrEqual(5);
  });

  it('twin: with one place in the process no two leases overlap', async () => {
    expect((await brief(1)).most).toBe(1);
  });
});
