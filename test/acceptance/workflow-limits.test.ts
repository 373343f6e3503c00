import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/**
 * P15 for workflows: what would go round for ever is refused when it is saved, or stopped by a limit that is named; what
 * was open below it is ended. Each beside a twin just inside the limit.
 */
onEveryStore('workflows end (P15)', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  beforeAll(async () => {
    operator = await startScriptedOperator(() => new Promise(() => {})); // never answers
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: operator.host } });
    await home.call<Agent>('agents.create', {
      name: 'Silent',
      capabilities: [{ name: 'hold', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 8,
    });
  });
  afterAll(async () => {
    await home?.close();
    await operator?.close();
  });
  const save = (text: string) => home.call('workflows.save', { text });
  const list = (length: number) => Array.from({ length }, (_, index) => index);
  const ended = async (workflow: string, input: object = {}): Promise<Task> => home.run({ workflow, input });
  /** A step that is skipped costs no work, and counts. */
  const nothing = (name: string) => `{name: ${name}, goal: nothing, capability: hold, if: 'false'}`;

  const nothings = (count: number) =>
    list(count)
      .map((n) => nothing(`n${n}`))
      .join(', ');

  it('refuses a circle of needs when it is saved, and keeps nothing', async () => {
    const circle = (needs: string) => `
name: circle
steps:
  - {name: a, goal: a, capability: hold, needs: [${needs}]}
  - {name: b, goal: b, capability: hold, needs: [a]}
  - {name: c, goal: c, capability: hold, needs: [b]}
`;
    await expect(save(circle('c'))).rejects.toMatchObject({
      code: 'workflow/invalid',
      message: expect.stringMatching(/line \d+, column \d+: .*a.*c/),
    });
    await expect(home.call('workflows.get', { id: 'circle' })).rejects.toMatchObject({
      code: 'workflow/not-found',
    });
    // The twin: without the one need that closes the circle it is taken.
    expect(await save(circle(''))).toMatchObject({ name: 'circle', version: 1 });
  });

  it('stops workflows that call one another at the depth that is allowed', async () => {
    await save('{name: ping, steps: [{name: down, goal: nothing, capability: hold, if: "false"}]}');
    await save('{name: pong, steps: [{name: down, workflow: ping}]}');
    expect((await ended('pong')).status).toBe('completed');
    await save('{name: ping, steps: [{name: down, workflow: pong}]}');
    const task = await ended('ping');
    expect([task.status, task.stopReason, task.error?.code]).toEqual([
      'failed',
      'hop-limit',
      'plan/too-deep',
    ]);
    expect(task.stopSentence).toContain('8');
    const { items } = await home.call<{ items: Task[] }>('tasks.list', { limit: 200 });
    expect(items.filter(({ rootId }) => rootId === task.id).every(({ status }) => status === 'failed')).toBe(
      true,
    );
  });

  it('refuses a forEach over more than 1,000 items', async () => {
    await save(`
name: wide
steps:
  - {name: each, forEach: input.items, steps: [${nothing('one')}]}
output: '{{each.output.size()}}'
`);
    const task = await ended('wide', { items: list(1_001) });
    expect([task.status, task.stopReason, task.error?.code]).toEqual([
      'failed',
      'fan-out-limit',
      'workflow/too-wide',
    ]);
    expect(task.stopSentence).toContain('1001 items is more than 1000');
    // The twin: as many as may be begun.
    const fits = await ended('wide', { items: list(999) });
    expect([fits.status, fits.result?.output]).toEqual(['completed', 999]);
  });

  it('stops a repeat that never has what it wants after `max` rounds', async () => {
    const loop = (enough: number) => `
name: loop
steps:
  - {name: again, repeat: {until: round >= ${enough}, max: 5, steps: [${nothing('look')}]}}
`;
    await save(loop(6));
    const task = await ended('loop');
    expect([task.status, task.stopReason, task.error?.code]).toEqual([
      'failed',
      'step-limit',
      'workflow/round-limit',
    ]);
    expect(task.stopSentence).toContain('After 5 rounds');
    await save(loop(5));
    expect((await ended('loop')).status).toBe('completed');
  });

  it('stops a task that begins more than 1,000 steps, and ends what is open below it', async () => {
    await save(`
name: many
steps:
  - {name: held, needs: [], goal: hold, capability: hold}
  - {name: later, needs: [], wait: {forMs: 3600000}}
  - {name: calm, needs: [], wait: {forMs: 500}}
  - {name: each, needs: [calm], forEach: '[1, 2, 3]', steps: [${nothings(333)}]}
`);
    const { id } = await home.call<{ id: string }>('tasks.submit', { workflow: 'many' });
    const task = await home.ended(id);
    expect([task.status, task.stopReason, task.error?.code]).toEqual([
      'failed',
      'step-limit',
      'workflow/too-many-steps',
    ]);
    expect(task.stopSentence).toContain('1000 steps');
    expect(task.subtasks.map(({ step, status }) => [step, status])).toEqual([['held', 'terminated']]);
    const held = task.subtasks[0]?.id;
    await until(
      async () =>
        (await home.call<Task>('tasks.get', { id: held })).runs.every(({ state }) => state === 'terminated'),
      'its run is terminated',
    );
  });

  it('twin: a task that begins 1,000 steps ends well', async () => {
    await save(`
name: fitting
steps: [{name: each, forEach: '[1, 2, 3]', steps: [${nothings(333)}]}]
`);
    expect((await ended('fitting')).status).toBe('completed');
  });
});
