import { expect, it } from 'vitest';
import { z } from 'zod';
import { calls, Died, memoryTurns, type Reply, says, scriptedModels } from '../../../test/support/loop.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Json } from '../../platform/kernel/json.ts';
import { type Tool, tool } from '../tools/tool.ts';
import { boundaryOf, labelled } from './label.ts';
import { type LoopEvent, type LoopTask, runLoop } from './loop.ts';

const never = new AbortController().signal;
const boundary = boundaryOf('run');

function counter(effect: Tool['effect'] = 'read', answer: (times: number) => Json = (times) => ({ times })) {
  const did: unknown[] = [];
  const made = tool({
    name: 'thing.count',
    description: 'Counts.',
    effect,
    input: z.strictObject({ what: z.string() }),
    async run(input) {
      did.push(input);
      return answer(did.length);
    },
  });
  return { tool: made, did };
}

const taskOf = (more: Partial<LoopTask> = {}): LoopTask => ({
  bill: { tenantId: 't', rootId: 'r', taskId: 'r', agentId: 'a', runId: 'run', purpose: 'work' },
  model: null,
  taskType: 'general',
  system: 'You are Ada.',
  opening: (day) => `Today is ${day}. Your task: count.`,
  label: (source, text) => labelled(boundary, source, text),
  tools: [],
  wanted: { doneCriteria: [], outputSchema: null },
  maxTurns: 20,
  maxOutputTokens: 100,
  contextTokens: 20_000,
  deadlineMs: null,
  ...more,
});

function run(task: LoopTask, replies: Reply[], turns = memoryTurns()) {
  const models = scriptedModels(...replies);
  const events: LoopEvent[] = [];
  const needs = {
    call: models.call,
    turns,
    signal: never,
    nowMs: () => 1_800_000_000_000,
    say: (event: LoopEvent) => void events.push(event),
  };
  return { models, events, turns, end: runLoop(needs, task) };
}

it('calls tools, hears their results as data, and ends by finish', async () => {
  const { tool: count, did } = counter();
  const { models, events, end } = run(taskOf({ tools: [count] }), [
    calls(['thing_count', { what: 'ships' }]),
    calls(['finish', { output: '1 ship' }]),
  ]);
  expect(await end).toMatchObject({
    isDone: true,
    output: '1 ship',
    turns: 2,
    usage: { inputTokens: 200, outputTokens: 20, costUsd: 0.002 },
  });
  expect(did).toEqual([{ what: 'ships' }]);
  const last = JSON.stringify(models.orders[1]?.prompt);
  expect(last).toContain(`<${boundary} source=`);
  expect(models.orders[1]?.prompt.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool']);
  expect(models.orders[0]?.tools?.map(({ name }) => name)).toEqual(['thing_count', 'history_read', 'finish']);
  expect(events.map(({ type }) => type)).toEqual(['turn', 'tool', 'turn']);
});

it('takes a plain answer as the end, where nothing more is wanted', async () => {
  const { end, events } = run(taskOf(), [says('42')]);
  expect(await end).toMatchObject({ isDone: true, output: '42', said: '42' });
  expect(events[0]).toEqual({ type: 'text', turn: '1', delta: '42' });
});

it('dies in every place and goes on: no stored call again, and the same prompts', async () => {
  const script = [
    calls(['thing_count', { what: 'a' }], ['thing_count', { what: 'b' }]),
    calls(['thing_count', { what: 'c' }]),
    calls(['finish', { output: 'done' }]),
  ];
  const whole = counter();
  const calm = run(taskOf({ tools: [whole.tool] }), script);
  await calm.end;
  for (const step of [...calm.turns.stored.keys()]) {
    const { tool: count, did } = counter('read', () => ({ times: 1 }));
    const plain = counter('read', () => ({ times: 1 }));
    const reference = run(taskOf({ tools: [plain.tool] }), script);
    await reference.end;
    const first = memoryTurns();
    first.dieAt = step;
    const dying = run(taskOf({ tools: [count] }), script, first);
    await expect(dying.end).rejects.toBeInstanceOf(Died);
    const turns = [...first.stored.keys()].filter((name) => name.startsWith('turn:')).length;
    const again = run(taskOf({ tools: [count] }), script.slice(turns), memoryTurns(first.stored));
    expect(await again.end).toMatchObject({ isDone: true, output: 'done', turns: 3 });
    // What was stored is not done again: only the step in which it died is.
    const calledAgain = dying.models.orders.length + again.models.orders.length - 3;
    const didAgain = did.length - 3;
    expect(calledAgain + didAgain, step).toBe(1);
    const prompts = again.models.orders.map(({ prompt }) => JSON.stringify(prompt));
    expect(prompts, step).toEqual(
      reference.models.orders.slice(-prompts.length || 3).map(({ prompt }) => JSON.stringify(prompt)),
    );
  }
});

it('tells the model what it did wrong, and ends after three answers without use', async () => {
  const { tool: count, did } = counter();
  const wrong = calls(['nothing_such', {}], ['thing_count', { when: 1 }], ['thing_count', '{"what": ']);
  const helped = run(taskOf({ tools: [count] }), [wrong, calls(['finish', { output: 'ok' }])]);
  expect(await helped.end).toMatchObject({ isDone: true, output: 'ok' });
  const told = JSON.stringify(helped.models.orders[1]?.prompt.at(-1));
  expect(told).toContain('There is no tool');
  expect(told).toContain('do not fit');
  expect(told).toContain('not valid JSON');
  expect(did).toEqual([]);
  const hopeless = run(taskOf({ tools: [count] }), [wrong]);
  expect(await hopeless.end).toMatchObject({ isDone: false, error: { code: 'model/unusable' }, turns: 3 });
});

it('refuses an answer with too many calls as a whole, and keeps nothing of it', async () => {
  const { tool: count, did } = counter();
  const flood = calls(
    ...Array.from({ length: 10_000 }, () => ['thing_count', { what: 'x' }] as [string, unknown]),
  );
  const { end, models, turns } = run(taskOf({ tools: [count] }), [flood, says('then not')]);
  expect(await end).toMatchObject({ isDone: true, output: 'then not' });
  expect(did).toEqual([]);
  expect(JSON.stringify(models.orders[1]?.prompt)).toContain(
    'You asked for 10000 tool calls at once; 128 is the most',
  );
  expect(turns.stored.get('turn:1')?.length).toBeLessThan(1_000);
});

it('ends when it only goes round, after having been told', async () => {
  const { tool: count, did } = counter('read', () => 'always the same');
  const { end, models } = run(taskOf({ tools: [count] }), [calls(['thing_count', { what: 'x' }])]);
  expect(await end).toMatchObject({ isDone: false, error: { code: 'model/no-progress' }, turns: 3 });
  expect(did).toHaveLength(3);
  expect(JSON.stringify(models.orders[2]?.prompt)).toContain('You made the same calls');
  const other = counter();
  const twin = run(taskOf({ tools: [other.tool], maxTurns: 5 }), [calls(['thing_count', { what: 'x' }])]);
  // Other results are progress; then the number of turns ends it.
  expect(await twin.end).toMatchObject({ isDone: false, error: { code: 'model/unfinished' }, turns: 5 });
});

it('repairs structured output within bounds', async () => {
  const outputSchema = {
    type: 'object',
    properties: { sum: { type: 'number' } },
    required: ['sum'],
  } as const;
  const wanted = { doneCriteria: [], outputSchema: structuredClone(outputSchema) as never };
  const repaired = run(taskOf({ wanted }), [
    calls(['finish', { output: { sum: 'three' } }]),
    calls(['finish', { output: '{"sum": 3}' }]),
  ]);
  expect(await repaired.end).toMatchObject({ isDone: true, output: { sum: 3 } });
  expect(JSON.stringify(repaired.models.orders[1]?.prompt)).toContain('does not fit its schema: sum');
  const text = run(taskOf({ wanted }), [says('```json\n{"sum": 4}\n```')]);
  expect(await text.end).toMatchObject({ isDone: true, output: { sum: 4 } });
  const never = run(taskOf({ wanted }), [says('three')]);
  expect(await never.end).toMatchObject({ isDone: false, error: { code: 'model/unusable' } });
});

it('ends only when each done-criterion is met, or when the model insists that one cannot be', async () => {
  const wanted = { doneCriteria: ['It has a number'], outputSchema: null };
  const ends = (met: boolean) =>
    calls(['finish', { output: 'x', doneCriteria: [{ criterion: 'It has a number', met }] }]);
  const good = run(taskOf({ wanted }), [says('7'), ends(false), ends(true)]);
  expect(await good.end).toMatchObject({ isDone: true, output: 'x', turns: 3 });
  const bad = run(taskOf({ wanted }), [ends(false)]);
  expect(await bad.end).toMatchObject({ isDone: false, error: { code: 'model/criteria-unmet' }, turns: 2 });
});

it('makes the past shorter when it would not fit, by a summary that is stored and reversible', async () => {
  const { tool: count } = counter('read', (times) => `${times}: ${'word '.repeat(120)}`);
  const task = taskOf({ tools: [count], contextTokens: 1_600, maxTurns: 12 });
  const script: Reply[] = [
    (order) =>
      order.bill.purpose === 'compact'
        ? says('It counted often.')
        : orders() < 11
          ? calls(['thing_count', { what: `${orders()}` }])
          : calls(['history_read', { turn: 1, call: 0 }], ['finish', { output: 'ok' }]),
  ];
  const going = run(task, script);
  function orders(): number {
    return going.models.orders.filter(({ bill }) => bill.purpose === 'work').length;
  }
  expect(await going.end).toMatchObject({ isDone: true, output: 'ok' });
  const compacted = going.events.filter((event) => event.type === 'compacted');
  expect(compacted.length).toBeGreaterThan(0);
  expect(compacted[0]).toMatchObject({ how: 'summary' });
  const last = going.models.orders.at(-1);
  expect(JSON.stringify(last?.prompt)).toContain('It counted often.');
  for (const order of going.models.orders)
    expect(JSON.stringify(order.prompt).length / 3.5, order.bill.turn).toBeLessThan(1_600);
  const original = JSON.parse(going.turns.stored.get('act:11:0:history.read') ?? '{}');
  expect(original.value.value.text).toMatch(/^1: word word/);
});

it('twin: without a model for the summary the past is cut, and it says so', async () => {
  const { tool: count } = counter('read', (times) => `${times}: ${'word '.repeat(120)}`);
  const task = taskOf({ tools: [count], contextTokens: 1_600, maxTurns: 12 });
  let works = 0;
  const going = run(task, [
    (order) => {
      if (order.bill.purpose === 'compact')
        return new CadreError('model/none', { because: 'a test says so' });
      works += 1;
      return works < 9 ? calls(['thing_count', { what: `${works}` }]) : says('enough');
    },
  ]);
  expect(await going.end).toMatchObject({ isDone: true, output: 'enough' });
  expect(going.events.filter((event) => event.type === 'compacted')[0]).toMatchObject({ how: 'cut' });
  expect(JSON.stringify(going.models.orders.at(-1)?.prompt)).toContain(
    'are left out, because the context is full',
  );
});

it('tells a refusal as a value, and never carries out what is not allowed', async () => {
  for (const effect of ['external', 'spend', 'admin'] as const) {
    const { tool: count, did } = counter(effect);
    const script = [calls(['thing_count', { what: 'x' }]), says('without it')];
    const refused = run(taskOf({ tools: [count] }), script);
    expect(await refused.end).toMatchObject({ isDone: true, output: 'without it' });
    expect(did).toEqual([]);
    expect(JSON.stringify(refused.models.orders[1]?.prompt)).toContain('Refused:');
    const turns = memoryTurns();
    turns.allows = true;
    await run(taskOf({ tools: [count] }), script, turns).end;
    expect(did).toHaveLength(1);
  }
});

it('says failures of the model as values, and lets those of the run pass', async () => {
  const budget = new CadreError('budget/exceeded', { budget: 'b', detail: 'd' });
  expect(await run(taskOf(), [budget]).end).toMatchObject({
    isDone: false,
    error: { code: 'budget/exceeded' },
  });
  const late = run(taskOf({ deadlineMs: 1 }), [says('x')]);
  expect(await late.end).toMatchObject({ isDone: false, error: { code: 'model/deadline' } });
  expect(late.models.orders).toEqual([]);
  expect(await run(taskOf(), [{ finish: 'content-filter' }]).end).toMatchObject({
    error: { code: 'model/content-filter' },
  });
  const full = counter('read', () => {
    throw new CadreError('store/full', { detail: 'no room' });
  });
  const failing = run(taskOf({ tools: [full.tool] }), [calls(['thing_count', { what: 'x' }])]);
  await expect(failing.end).rejects.toMatchObject({ code: 'store/full' });
});

it('takes notes of people and another model at the next turn', async () => {
  const { tool: count } = counter();
  const turns = memoryTurns();
  const going = run(
    taskOf({ tools: [count], model: 'test/own' }),
    [
      () => {
        turns.wish = { model: 'test/large', permissionMode: 'plan', notes: ['Hurry up'] };
        return calls(['thing_count', { what: 'x' }]);
      },
      says('done'),
    ],
    turns,
  );
  expect(await going.end).toMatchObject({ isDone: true, models: ['test/own', 'test/large'] });
  expect(JSON.stringify(going.models.orders[0]?.prompt)).not.toContain('Hurry up');
  expect(going.models.orders[1]?.prompt.at(-1)).toMatchObject({
    role: 'user',
    content: [{ text: 'A note from a person who watches this task: Hurry up' }],
  });
});
