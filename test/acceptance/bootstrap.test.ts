import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent, Validation } from '../../src/agents/agent.ts';
import { freePort } from '../chaos/processes.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** S20: an agent whose tool cannot be reached gets no work until it has passed its check. */
onEveryStore('the bootstrap check (S20)', (dialect) => {
  let home: TestHouse;
  let tool: ScriptedOperator | undefined;
  let port: number;
  let agent: Agent;
  beforeAll(async () => {
    port = await freePort();
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: `127.0.0.1:${port}` } });
    agent = await home.call<Agent>('agents.create', {
      name: 'Lathe',
      capabilities: [{ name: 'turn', confidence: 0.9 }],
      executor: { kind: 'http', url: `http://127.0.0.1:${port}/work` },
    });
  });
  afterAll(async () => {
    await home?.close();
    await tool?.close();
  });
  const assigned = async () =>
    (await home.events()).filter((event) => event.type === 'task.assigned' && event.agentId === agent.id);

  it('ends in error with the list of what is wrong', () => {
    expect(agent.status).toBe('error');
    expect(agent.validation).toMatchObject({
      success: false,
      validations: { configuration: true, dependencies: true, executor: false },
    });
    expect(agent.validation?.errors.join()).toContain(`127.0.0.1:${port}`);
  });

  it('is given no task, by capability or by name', async () => {
    const byCapability = await home.run({ goal: 'turn it', capability: 'turn' });
    const byName = await home.run({ goal: 'turn it', agentId: agent.id });
    expect([byCapability.status, byCapability.error?.code]).toEqual(['failed', 'task/no-capability']);
    expect([byName.status, byName.error?.code]).toEqual(['failed', 'agent/unavailable']);
    expect(await assigned()).toEqual([]);
    expect((await home.call<Agent>('agents.get', { id: agent.id })).inFlight).toBe(0);
  });

  it('twin: checked again without its tool it stays in error', async () => {
    const again = await home.call<Validation>('agents.validate', { id: agent.id });
    expect(again.success).toBe(false);
    expect((await home.call<Agent>('agents.get', { id: agent.id })).status).toBe('error');
  });

  it('is idle and works when its tool is back and it was checked again', async () => {
    tool = await startScriptedOperator((order) => ({ output: `turned: ${order.goal}` }), port);
    const again = await home.call<Validation>('agents.validate', { id: agent.id });
    expect([again.success, again.errors]).toEqual([true, []]);
    expect((await home.call<Agent>('agents.get', { id: agent.id })).status).toBe('idle');
    const done = await home.run({ goal: 'turn it', capability: 'turn' });
    expect([done.status, done.result?.output]).toEqual(['completed', 'turned: turn it']);
    expect(await assigned()).toHaveLength(1);
  });

  it('whose check died with its process is checked by the watch; twin: one that is switched off is not', async () => {
    const put = (id: string, changes: { status: string; enabled?: number }) =>
      home.house.store.writeAll(({ db }) =>
        db
          .updateTable('agent')
          .set({ ...changes, updated_at: 0 })
          .where('id', '=', id)
          .execute(),
      );
    const status = async (id: string) => (await home.call<Agent>('agents.get', { id })).status;
    await put(agent.id, { status: 'validating', enabled: 0 });
    const [{ id: chiefId } = { id: '' }] = (
      await home.call<{ items: Agent[] }>('agents.list', { role: 'chief' })
    ).items;
    await put(chiefId, { status: 'initializing' });
    await until(async () => (await status(chiefId)) === 'idle', 'the chief was checked');
    expect(await status(agent.id)).toBe('validating');
    await put(agent.id, { status: 'validating', enabled: 1 });
    await until(async () => (await status(agent.id)) === 'idle', 'it was checked');
  });
});
