import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** Workflows of people, carried out by operators (FEATURES WF-2, S7). */
onEveryStore('workflows', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  beforeAll(async () => {
    operator = await startScriptedOperator((order) => {
      if (order.input.fail === true) return { status: 422 };
      return { output: { goal: order.goal, ...order.input } };
    });
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: operator.host } });
    await home.call<Agent>('agents.create', {
      name: 'Worker',
      capabilities: [{ name: 'do', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 8,
    });
  });
  afterAll(async () => {
    await home?.close();
    await operator?.close();
  });
  const save = (text: string) => home.call('workflows.save', { text });

  it('runs branches, items and rounds, with results in the inputs of later steps', async () => {
    await save(`
name: sums
input: {type: object, properties: {items: {type: array}}, required: [items]}
steps:
  - name: first
    goal: Begin with {{input.items.size()}} items
    capability: do
    input: {n: '{{input.items.size()}}'}
  - name: both
    parallel:
      left: [{name: l, goal: left, capability: do, input: {n: '{{first.output.n + 1}}'}}]
      right: [{name: r, goal: right, capability: do, input: {n: '{{first.output.n + 2}}'}}]
  - name: choice
    switch:
      cases:
        - when: both.output.left.n > 3
          steps: [{name: big, goal: big, capability: do}]
      default: [{name: small, goal: small, capability: do}]
  - name: each
    forEach: input.items
    width: 2
    steps: [{name: one, goal: 'item {{item}}', capability: do, input: {n: '{{item * 10}}'}}]
    output: '{{one.output.n}}'
  - name: rest
    if: each.output.size() > 10
    goal: never
    capability: do
  - name: nap
    wait: {forMs: 20}
output: {all: '{{each.output}}', chosen: '{{choice.output.goal}}'}
`);
    const task = await home.run({ workflow: 'sums', input: { items: [1, 2, 3] } });
    expect([task.status, task.stopSentence]).toEqual(['completed', 'All its steps were done.']);
    expect(task.result?.output).toEqual({ all: [10, 20, 30], chosen: 'big' });
  });

  it('tells why it failed, and undoes what was done', async () => {
    await save(`
name: undoing
steps:
  - {name: book, goal: book, capability: do, compensate: {goal: cancel, capability: do}}
  - {name: pay, goal: pay, capability: do, input: {fail: true}}
`);
    const before = operator.requests.length;
    const task = await home.run({ workflow: 'undoing' });
    expect([task.status, task.stopReason]).toEqual(['failed', 'failed']);
    expect(task.stopSentence).toContain('The step "pay" did not complete');
    expect(operator.requests.slice(before).map(({ order }) => order.goal)).toContain('cancel');
  });

  it('calls another workflow', async () => {
    await save(
      '{name: inner, steps: [{name: a, goal: inner work, capability: do, input: {x: "{{input.x}}"}}]}',
    );
    await save(
      '{name: outer, steps: [{name: sub, workflow: inner, input: {x: 5}}], output: "{{sub.output.x}}"}',
    );
    const task = await home.run({ workflow: 'outer' });
    expect([task.status, task.result?.output]).toEqual(['completed', 5]);
  });
});
