import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '../../src/tasks/task.ts';
import { readWorkflow } from '../../src/workflows/read.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'examples', 'workflows');
const text = (name: string) => readFileSync(join(FOLDER, `${name}.yaml`), 'utf8');

it('nothing is wrong with the workflows of examples', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  expect(files.length).toBeGreaterThanOrEqual(4);
  for (const name of files)
    expect([name, readWorkflow(readFileSync(join(FOLDER, name), 'utf8')).problems]).toEqual([name, []]);
  // The twin: what is wrong is found.
  expect(
    readWorkflow(text('papers').replace('capability: brief.write', 'capabilty: x')).problems,
  ).not.toEqual([]);
});

it('the agent of the shop can do every step that is asked of it', () => {
  const agent: { capabilities: Array<{ name: string }> } = JSON.parse(
    readFileSync(join(FOLDER, 'shop-agent.json'), 'utf8'),
  );
  const can = agent.capabilities.map(({ name }) => name);
  const asked = [text('order'), text('invoice'), text('parcels')].flatMap((one) =>
    [...one.matchAll(/capability: (\S+)/g)].map(([, name]) => name),
  );
  expect(new Set(asked)).toEqual(new Set(can));
});

onEveryStore('the workflow over papers', (dialect) => {
  let home: TestHouse;
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    await home.call('workflows.save', { text: text('papers') });
  });
  afterAll(() => home?.close());

  it('is carried out by the built-in team: skills build on the steps they need', async () => {
    const files = await home.upload({
      'one.txt':
        'The bridge of Aram was built in 1931. Ines Moreau signed the contract with Halden Ltd for €200,000.',
      'two.txt': 'The bridge of Aram was built in 1934. Ines Moreau said that {{ it }} is safe.',
    });
    const task = await home.run({ workflow: 'papers', files });
    expect([task.status, task.stopReason, task.stopSentence]).toEqual([
      'completed',
      'done',
      'All its steps were done.',
    ]);
    expect(JSON.stringify(task.result?.output)).toContain('Ines Moreau');
    const step = (name: string) => task.subtasks.find((one) => one.step === name);
    expect(step('write')?.dependsOn).toEqual(
      expect.arrayContaining(['look.links.link', 'look.disputes.disagree']),
    );
    expect(step('verify')?.dependsOn).toEqual(['write']);
    const verified = await home.call<Task>('tasks.get', { id: step('verify')?.id });
    expect(verified.status).toBe('completed');
  });

  it('twin: a step that needs nothing has nothing to check', async () => {
    await home.call('workflows.save', {
      text: '{name: blind, steps: [{name: verify, goal: Check it, capability: claims.verify}]}',
    });
    const files = await home.upload({ 'one.txt': 'The bridge of Aram was built in 1931.' });
    const task = await home.run({ workflow: 'blind', files });
    expect(task.status).toBe('failed');
  });
});

onEveryStore('the workflow over parcels', (dialect) => {
  let home: TestHouse;
  let shop: ScriptedOperator;
  const lines = ['rope', 'lamp', 'anchor', 'buoy', 'net'].map((item, at) => ({ item, quantity: at + 1 }));
  const result = {
    boxes: ['1 × rope', '2 × lamp', '3 × anchor', '4 × buoy', '5 × net'],
    crate: '1 × crate of 5 boxes',
  };
  beforeAll(async () => {
    shop = await startScriptedOperator(({ input }) => ({
      output: { box: `${input.quantity} × ${input.item}` },
    }));
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: shop.host } });
    const capabilities = [{ name: 'shop.pack', confidence: 0.9 }];
    await home.call('agents.create', {
      name: 'Shop',
      capabilities,
      executor: { kind: 'http', url: shop.url },
    });
  });
  afterAll(async () => {
    await home?.close();
    await shop?.close();
  });

  it('is one task of one packer', async () => {
    await home.call('workflows.save', { text: text('parcels') });
    const task = await home.run({ workflow: 'parcels', input: { lines } });
    expect([task.status, task.result?.output, task.agentName]).toEqual(['completed', result, 'Shop']);
    expect(task.subtasks).toEqual([]);
  });

  it('twin: without `operator` every box is a task of its own, and comes out the same', async () => {
    const each = text('parcels')
      .replace('name: parcels', 'name: boxes')
      .replace('operator:\n  capability: shop.pack\n', '')
      .replace(/^( +)(goal: .+)$/gm, '$1$2\n$1capability: shop.pack');
    await home.call('workflows.save', { text: each });
    const task = await home.run({ workflow: 'boxes', input: { lines } });
    expect([task.status, task.result?.output, task.agentName]).toEqual([
      'completed',
      result,
      expect.not.stringMatching('Shop'),
    ]);
    expect(task.subtasks).toHaveLength(lines.length + 1);
  });
});
