import { expect, it } from 'vitest';
import { z } from 'zod';
import { calls, Died, memoryTurns, scriptedModels } from '../../../test/support/loop.ts';
import { textsOf } from '../../models/thrift/prompt-text.ts';
import { tool } from '../tools/tool.ts';
import { boundaryOf, labelled } from './label.ts';
import { type LoopTask, runLoop } from './loop.ts';

const ids = Array.from({ length: 9 }, (_, at) => `0198f3c2-7a10-7d1a-9c41-52aa10b1c2d${at}`);
const script = [
  calls(['ships_list', {}]),
  calls(['ship_look', { id: 'id_3' }]),
  calls(['ships_list', {}]),
  calls(['finish', { output: 'It is id_3, not id_77.' }]),
];

function work(more: Partial<LoopTask> = {}, turns = memoryTurns()) {
  const looked: unknown[] = [];
  const models = scriptedModels(...script);
  const list = tool({
    name: 'ships.list',
    description: 'Ships.',
    effect: 'read',
    input: z.strictObject({}),
    run: async () => ({ total: 9, items: ids.map((id) => ({ id, name: 'Torran Light', state: 'at sea' })) }),
  });
  const look = tool({
    name: 'ship.look',
    description: 'One ship.',
    effect: 'read',
    input: z.strictObject({ id: z.string() }),
    async run({ id }) {
      looked.push(id);
      return { id };
    },
  });
  const task: LoopTask = {
    bill: { tenantId: 't', rootId: 'r', taskId: 'r', agentId: 'a', runId: 'run', purpose: 'work' },
    model: null,
    taskType: 'general',
    system: 'You are Ada.',
    opening: () => 'Your task: look.',
    label: (source, text) => labelled(boundaryOf('run'), source, text),
    tools: [list, look],
    wanted: { doneCriteria: [], outputSchema: null },
    maxTurns: 9,
    maxOutputTokens: 100,
    contextTokens: 20_000,
    deadlineMs: null,
    ...more,
  };
  const signal = new AbortController().signal;
  const end = runLoop({ call: models.call, turns, signal, nowMs: () => 0, say: () => {} }, task);
  return { end, models, turns, looked };
}

it('sends results of tools as tables with short ids, and a second look as its difference', async () => {
  const { end, models, turns } = work();
  await end;
  const [second = [], , last = []] = models.orders.slice(1).map(({ prompt }) => prompt);
  expect(second.flatMap(textsOf).join('\n')).toContain('@table 1 id|name|state\nid_1|Torran Light|at sea\n');
  expect(last.at(-1)).toMatchObject({ role: 'tool' });
  expect(textsOf(last.at(-1)!)[0]).toContain('@same as result 1 of ships_list');
  const taken = JSON.parse(turns.stored.get('turn:4') ?? '');
  expect(taken.saved.techniques).toEqual(['ids', 'tables', 'changes', 'cache-layout']);
  expect(taken.saved.tokensAfter).toBeLessThan(taken.saved.tokensBefore * 0.6);
});

it('gives tools and people the ids themselves; a name that the model made up stays', async () => {
  const { end, looked } = work();
  expect(await end).toMatchObject({ isDone: true, output: `It is ${ids[2]}, not id_77.` });
  expect(looked).toEqual([ids[2]]);
});

it('sends the same when a turn is taken again after a crash', async () => {
  const whole = work();
  await whole.end;
  const turns = memoryTurns();
  turns.dieAt = 'turn:4';
  await expect(work({}, turns).end).rejects.toThrow(Died);
  turns.dieAt = undefined;
  const again = work({}, turns);
  await again.end.catch(() => undefined); // its script begins anew
  expect(again.models.orders[0]?.prompt).toEqual(whole.models.orders[3]?.prompt);
});

it('sends what is stored as it is when nothing is switched on', async () => {
  const thrift = { ids: false, tables: false, changes: false, 'cache-layout': false };
  const { end, models, looked } = work({ thrift });
  await end;
  expect(JSON.stringify(models.orders[3]?.prompt)).toContain(ids[8]);
  expect(looked).toEqual(['id_3']);
});
