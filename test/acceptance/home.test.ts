import { afterAll, expect, it } from 'vitest';
import type { Task } from '../../src/tasks/task.ts';
import { createApi } from '../chaos/api.ts';
import { ADMIN_KEY, type Deployment, deploy } from '../chaos/deployment.ts';
import { type CadreProcess, cadreProcess, freePort } from '../chaos/processes.ts';
import { until } from '../support/engine.ts';
import { onEveryStore } from '../support/stores.ts';

/** P3: one writer per home. On PostgreSQL the home is not the data, so a second server is welcome: the twin. */
onEveryStore('one writer per home (P3)', (dialect) => {
  let cadre: Deployment;
  const extra: CadreProcess[] = [];
  afterAll(async () => {
    for (const one of extra) await one.kill();
    await cadre?.close();
  });
  const startSecond = async () => {
    const port = await freePort();
    const args = dialect === 'sqlite' ? ['start', '--no-example'] : ['serve'];
    const second = cadreProcess(args, { ...cadre.env, CADRE_PORT: String(port) });
    extra.push(second);
    second.start();
    return { second, api: createApi(`http://127.0.0.1:${port}`, ADMIN_KEY) };
  };
  const submit = async (api: Deployment['api'], key: string) =>
    (await api.insist<{ id: string }>('POST', '/tasks', { goal: `nobody does ${key}`, capability: key }, key))
      .id;

  if (dialect === 'sqlite')
    it('refuses a second process, also right after a kill -9, and loses nothing', async () => {
      cadre = await deploy(dialect);
      const id = await submit(cadre.api, 'before');
      const { second } = await startSecond();
      expect(await second.ended()).toBe(1);
      expect(second.words).toContain('home/locked');
      expect(second.words).toContain('Another Cadre process holds the home');
      // The first one never noticed.
      await submit(cadre.api, 'between');

      await cadre.server.kill();
      const { second: heir, api } = await startSecond();
      await api.insist('GET', '/agents');
      expect((await api.insist<Task>('GET', `/tasks/${id}`)).goal).toBe('nobody does before');
      expect(await submit(api, 'before')).toBe(id); // its Idempotency-Key was kept as well
      // And the heir holds the home in its turn: the killed one may not come back beside it.
      cadre.server.start();
      expect(await cadre.server.ended()).toBe(1);
      expect(cadre.server.words).toContain('home/locked');
      await heir.kill();
      cadre.server.start();
      await cadre.ready();
      const { items } = await cadre.api.insist<{ items: Task[] }>('GET', '/tasks');
      expect(items.map((task) => task.goal).sort()).toEqual(['nobody does before', 'nobody does between']);
    });

  if (dialect === 'postgres')
    it('twin: on a database that many may write, a second server works', async () => {
      cadre = await deploy(dialect);
      const { api } = await startSecond();
      const id = await submit(api, 'shared');
      await until(
        async () => (await cadre.api.insist<Task>('GET', `/tasks/${id}`)).status === 'failed',
        'done by the other',
      );
    });
});
