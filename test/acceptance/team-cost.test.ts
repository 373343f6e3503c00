import { expect, it } from 'vitest';
import type { Team } from '../../src/coordination/teams/team.ts';
import { until } from '../support/engine.ts';
import { openTestHouse } from '../support/house.ts';
import { startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/**
 * The cost of talk, lived and not written: real operators carry out real tasks and handle real messages of their team,
 * and what the event log then says changes its topology, or does not.
 */
onEveryStore('a team that works and talks', (dialect) => {
  it.each([
    { saysPerTask: 3, shape: 'star' },
    { saysPerTask: 0, shape: 'mesh' }, // the twin: the same work without the talk
  ])('with $saysPerTask sayings for each task it is a $shape', async ({ saysPerTask, shape }) => {
    const operator = await startScriptedOperator(async (order) => {
      if (!('message' in order)) return { output: 'done' };
      await new Promise((resolve) => setTimeout(resolve, 40)); // a handler that thinks
      return { status: 204 };
    });
    const home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: operator.host } });
    try {
      const members: string[] = [];
      for (const name of ['Ann', 'Bob', 'Cid']) {
        const { id } = await home.call<{ id: string }>('agents.create', {
          name,
          executor: { kind: 'http', url: operator.url },
          capabilities: [{ name: 'think' }],
          maxConcurrent: 4,
        });
        members.push(id);
      }
      const team = await home.call<Team>('teams.create', { name: 'Thinkers', topology: 'adaptive', members });
      expect(team.shape).toBe('mesh');
      for (let task = 0; task < 12; task += 1) {
        const agentId = members[task % 3];
        for (let saying = 0; saying < saysPerTask; saying += 1)
          await home.call('teams.say', {
            id: team.id,
            from: agentId,
            type: 'status_update',
            payload: { message: 'I think, and tell.' },
          });
        const done = await home.run({ goal: 'Think', agentId, type: 'think' });
        expect(done.status).toBe('completed');
      }
      // The watch may have judged it already; what counts is where it stands once all is read.
      const settled = () =>
        home.events().then((all) => all.filter(({ type }) => type === 'task.settled').length);
      await until(async () => (await settled()) >= 12, 'twelve tasks in the log');
      await home.call('teams.review', { id: team.id });
      const now = await home.call<Team>('teams.get', { id: team.id });
      expect([now.shape, now.members.length]).toEqual([shape, 3]);
      if (shape === 'star')
        expect(now.shapeBecause).toMatch(/messages for each finished task and \d+ % of the/);
    } finally {
      await home.close();
      await operator.close();
    }
  });
});
