import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Message } from '../../src/messages/message.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import type { StreamEvent } from '../../src/platform/kernel/operation.ts';
import { insertBudget } from '../../src/platform/store/budgets.ts';
import { compareEstimates } from '../../src/tasks/compare.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { addThinker, call, finish, type ModelHouse, openModelHouse, textOf } from '../support/models.ts';
import type { Answer } from '../support/provider/answer.ts';
import type { ProviderRequest } from '../support/provider/server.ts';
import { onEveryStore } from '../support/stores.ts';

/** Agents that work with a language model: the real loop through the real gate, over HTTP. */
onEveryStore('agents with a language model', (dialect) => {
  let home: ModelHouse;
  const scripts = new Map<string, (asked: ProviderRequest, turn: number) => Answer | Promise<Answer>>();
  const seen = new Map<string, number>();

  /** A script of its own for each goal: the words of the goal stand in each prompt. */
  beforeAll(async () => {
    home = await openModelHouse(dialect, (asked) => {
      const key = [...scripts.keys()].find((word) => asked.text.includes(word)) ?? '';
      const turn = (seen.get(key) ?? 0) + 1;
      seen.set(key, turn);
      return scripts.get(key)?.(asked, turn) ?? { text: 'nobody scripted this' };
    });
    await addThinker(home, 'Ada');
  });
  afterAll(() => home?.close());
  beforeEach(() => scripts.clear());

  const asked = (word: string) => home.provider.requests.filter(({ text }) => text.includes(word));
  const submit = async (goal: string, more: Record<string, unknown> = {}) =>
    (await home.call<{ id: string }>('tasks.submit', { goal, capability: 'ada.work', ...more })).id;
  const run = async (goal: string, more: Record<string, unknown> = {}) =>
    home.ended(await submit(goal, more));
  const waiting = () => {
    let open = () => {};
    const wait = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { wait, open };
  };

  it('reads its files, answers, and what it cost is booked', async () => {
    const files = await home.upload({ 'harbour.txt': 'The new pier of Dunmarra costs 4.2 million euro.' });
    scripts.set('pier', (_asked, turn) =>
      turn === 1
        ? { calls: [call('files_read', { file: 'harbour.txt' })] }
        : finish('It costs 4.2 million euro (harbour.txt).'),
    );
    const task = await run('What does the pier cost?', { files });
    expect(textOf(task)).toBe('It costs 4.2 million euro (harbour.txt).');
    const [first, second] = asked('pier');
    expect(first?.tools).toEqual([
      'files_list',
      'files_read',
      'files_search',
      'tables_query',
      'history_read',
      'finish',
    ]);
    expect(first?.text).toMatch(/<data-[0-9a-f]{12} source="file harbour.txt/);
    expect(second?.messages.at(-1)?.text).toContain('4.2 million');
    expect(task.usage.inputTokens).toBeGreaterThan(100);
    const booked = await home.house.store.readAll((tx) =>
      tx.db.selectFrom('turn').selectAll().where('task_id', '=', task.id).execute(),
    );
    expect(booked.map(({ name, model }) => [name, model])).toEqual([
      ['1', 'scripted/small'],
      ['2', 'scripted/small'],
    ]);
  });

  it('looks up what others told it as data, and never what they told another', async () => {
    await addThinker(home, 'Noted', { tools: ['notes.search'] });
    await addThinker(home, 'Unrelated', { tools: ['notes.search'] });
    const tell = async (to: string, words: string) => {
      const data = { kind: 'best_practices', subject: 'Tides', content: { words } };
      const payload = { requestType: 'share_knowledge', data };
      const sent = await home.call<Message>('messages.send', {
        from: 'Ada',
        to,
        type: 'coordination_request',
        payload,
      });
      await until(async () => {
        const { status } = await home.call<Message>('messages.get', { id: sent.id });
        return status === 'acknowledged';
      }, 'the note is kept');
    };
    await tell('Noted', 'spring tides lift the quay');
    await tell('Unrelated', 'neap tides are of no concern');
    scripts.set('Whentide', (_asked, turn) =>
      turn === 1 ? { calls: [call('notes_search', { text: 'tide' })] } : finish('At spring.'),
    );
    const task = await run('Whentide?', { capability: 'noted.work' });
    expect(textOf(task)).toBe('At spring.');
    const told = asked('Whentide')[1]?.messages.at(-1)?.text ?? '';
    expect(told).toMatch(/^<data-[0-9a-f]{12} source="tool notes_search">/);
    expect(told).toContain('spring tides lift the quay');
    expect(told).toContain('"from":"Ada"');
    // Twin: what another was told, and another's notes by name, are out of reach.
    expect(told).not.toContain('neap');
    scripts.set('Spytide', (_asked, turn) =>
      turn === 1 ? { calls: [call('notes_search', { agent: 'Unrelated' })] } : finish('No.'),
    );
    await run('Spytide?', { capability: 'noted.work' });
    expect(asked('Spytide')[1]?.messages.at(-1)?.text).toMatch(/do not fit.*agent/);
  });

  it('the bootstrap check names an unknown tool, an unknown model, and a schema that cannot be checked', async () => {
    const check = async (name: string, executor: object) =>
      (await addThinker(home, name, executor as Record<string, unknown>)).validation?.errors.join();
    expect(await check('Badtool', { tools: ['rm.rf'] })).toMatch(/no tool "rm.rf"; there are: files.list/);
    expect(await check('Badmodel', { model: 'scripted/huge' })).toMatch(/no model scripted\/huge/);
    expect(await check('Badschema', { outputSchema: { if: {} } })).toMatch(/outputSchema/);
    expect(await check('Good', { tools: ['http.get'] })).toBe('');
  });

  it('asks a person before it reaches outside, and tells the model what was declined', async () => {
    await addThinker(home, 'Bob', { tools: ['http.get'] });
    scripts.set('the moon', (_asked, turn) =>
      turn === 1 ? { calls: [call('http_get', { url: `${home.provider.url}/models` })] } : finish('done'),
    );
    for (const decision of ['decline', 'allow']) {
      seen.delete('the moon');
      const id = await submit('Look at the moon', { capability: 'bob.work' });
      const act = await until(async () => {
        const { items } = await home.call<{ items: Array<{ id: string; detail: string; effect: string }> }>(
          'acts.list',
          { taskId: id, status: 'pending' },
        );
        return items[0];
      }, 'a question');
      expect(act).toMatchObject({ effect: 'external', detail: expect.stringContaining('/v1/models') });
      await home.call('acts.decide', { id: act.id, decision });
      expect(textOf(await home.ended(id))).toBe('done');
      const told = asked('the moon').at(-1)?.messages.at(-1)?.text ?? '';
      if (decision === 'decline') expect(told).toMatch(/^Refused: .* declined/);
      else expect(told).toContain('"status":200');
    }
    expect(asked('the moon')).toHaveLength(4);
  });

  it('twin: in plan mode nothing but reading is done, and nobody is asked', async () => {
    await addThinker(home, 'Cid', { tools: ['message.send'] });
    scripts.set('tell Ada', (_asked, turn) =>
      turn === 1 ? { calls: [call('message_send', { to: 'Ada', text: 'hello' })] } : finish('done'),
    );
    const mail = async () =>
      (await home.call<{ items: Message[] }>('messages.list', { limit: 200 })).items.filter(
        ({ payload }) => payload.message === 'hello',
      ).length;
    const before = await mail();
    await run('Please tell Ada', { capability: 'cid.work', permissionMode: 'plan' });
    expect(await mail()).toBe(before);
    expect(asked('tell Ada').at(-1)?.messages.at(-1)?.text).toMatch(/^Refused: .*plan mode/);
    seen.delete('tell Ada');
    await run('Please tell Ada', { capability: 'cid.work' });
    expect(await mail()).toBe(before + 1);
  });

  it('asks another agent and goes on with the answer, as a row that waits', async () => {
    await addThinker(home, 'Dee', { tools: ['agent.ask'] });
    scripts.set('Which port?', () => ({ json: { text: 'Dunmarra' } }));
    scripts.set('colleague', (said, turn) =>
      turn === 1
        ? { calls: [call('agent_ask', { to: 'Ada', question: 'Which port?' })] }
        : finish(`They say: ${said.messages.at(-1)?.text.includes('Dunmarra')}`),
    );
    // The question stands in the later prompt too: the script of the goal goes before.
    const keys = [...scripts].reverse();
    scripts.clear();
    for (const [key, value] of keys) scripts.set(key, value);
    const task = await run('Ask your colleague', { capability: 'dee.work' });
    expect(textOf(task)).toBe('They say: true');
  });

  it('changes the model in the middle, hears a note, and pauses between turns', async () => {
    const gates = [waiting(), waiting(), waiting()];
    scripts.set('three turns', async (_asked, turn) => {
      await gates[turn - 1]?.wait;
      return turn < 3 ? { calls: [call('files_list')] } : finish('all done');
    });
    const id = await submit('Work in three turns');
    await until(async () => asked('three turns').length === 1, 'the first call');
    await home.call('tasks.change', { id, model: 'scripted/large' });
    await home
      .call('tasks.command', { id, name: 'note', arguments: { text: 'Hurry' } })
      .catch(() => undefined);
    gates[0]?.open();
    await until(async () => asked('three turns').length === 2, 'the second call');
    await home.call('tasks.pause', { id });
    gates[1]?.open();
    await until(
      async () => (await home.call<Task>('tasks.get', { id })).runs.every(({ state }) => state !== 'running'),
      'the run let go',
    );
    expect(asked('three turns')).toHaveLength(2);
    gates[2]?.open();
    await home.call('tasks.resume', { id });
    expect(textOf(await home.ended(id))).toBe('all done');
    // What was stored is not asked again, and the prompts only grow.
    const requests = asked('three turns');
    expect(requests.map(({ model }) => model)).toEqual(['small', 'large', 'large']);
    for (const [index, request] of requests.slice(1).entries())
      expect(request.messages.slice(0, requests[index]?.messages.length)).toEqual(requests[index]?.messages);
  });

  it('a terminated task aborts the call that is in flight, and none follows (P18)', async () => {
    const ids: string[] = [];
    scripts.set('for ever', () => ({ text: 'never out', fault: 'hang' }));
    for (let index = 0; index < 4; index += 1) ids.push(await submit(`Work for ever, ${index}`));
    await until(async () => asked('for ever').length >= 1, 'a call in flight');
    for (const id of ids) await home.call('tasks.terminate', { id });
    await until(async () => asked('for ever').every(({ wasLeft }) => wasLeft), 'every call was aborted');
    const before = asked('for ever').length;
    const task = await run('A quiet one').catch(() => undefined);
    expect(task?.status).toBe('completed');
    expect(asked('for ever')).toHaveLength(before);
    for (const id of ids) expect((await home.call<Task>('tasks.get', { id })).status).toBe('terminated');
  });

  it('streams the text as it comes, between the events, and ends with the task', async () => {
    const gate = waiting();
    scripts.set('poem', async (_asked, turn) => {
      if (turn === 1) return { text: 'First a thought. ', calls: [call('files_list')] };
      await gate.wait;
      return { text: 'The sea is wide.' };
    });
    const id = await submit('Write a poem');
    const stop = new AbortController();
    const items: StreamEvent[] = [];
    const stream = await home.call<AsyncIterable<StreamEvent>>(
      'tasks.stream',
      { id },
      { signal: stop.signal },
    );
    const reading = (async () => {
      for await (const item of stream) items.push(item);
    })();
    await until(async () => items.some(({ event }) => event === 'act.done'), 'the first turn is over');
    gate.open();
    await reading; // it ends by itself
    const text = items.flatMap(({ event, data }) =>
      event === 'text.delta' ? [(data as { text: string }).text] : [],
    );
    expect(text.join('')).toContain('The sea is wide.');
    expect(JSON.stringify(items)).not.toContain('tenantId');
    expect(items.at(-1)).toMatchObject({ event: 'task.settled' });
    const facts = items.filter(({ event }) => event !== 'text.delta');
    // Goes on after a cursor, and a task that is over is read to its end; what is told of it later is no part of it.
    await compareEstimates(home.house);
    expect((await home.events(id)).map(({ type }) => type)).toContain('usage.compared');
    const rest = await home.call<AsyncIterable<StreamEvent>>('tasks.stream', { id, after: facts[1]?.id });
    const again: StreamEvent[] = [];
    for await (const item of rest) again.push(item);
    expect(again.map(({ id: cursor }) => cursor)).toEqual(facts.slice(2).map(({ id: cursor }) => cursor));
  });

  it('ends with the reason when a budget does not hold, and spends nothing more', async () => {
    const agent = await addThinker(home, 'Eve');
    await home.house.store.write(home.house.homeTenantId, (tx) =>
      insertBudget(tx, {
        id: newId(),
        name: 'tiny',
        scope: 'agent',
        scope_id: agent.id,
        period: 'day',
        limit_cost_nano: null,
        limit_tokens: 100,
        limit_energy_mj: null,
        at_limit: 'stop',
        created_by: 'test',
      }),
    );
    const task = await run('Spend a lot', { capability: 'eve.work' });
    expect(task.status).toBe('failed');
    expect(task.error?.code).toBe('budget/exceeded');
    expect(asked('Spend a lot')).toEqual([]);
  });

  it('says structured output, and each failure of the model as the reason of the task', async () => {
    await addThinker(home, 'Fay', {
      outputSchema: { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] },
    });
    scripts.set('add up', (_asked, turn) => finish(turn === 1 ? { sum: 'three' } : { sum: 3 }));
    const task = await run('Please add up', { capability: 'fay.work' });
    expect(task.result?.output).toEqual({ sum: 3 });
    scripts.set('flood', () => ({
      calls: Array.from({ length: 10_000 }, (_, index) => call('files_list', { index })),
    }));
    const flooded = await run('A flood');
    expect([flooded.status, flooded.error?.code]).toEqual(['failed', 'model/too-many-calls']);
    expect((await home.events(flooded.id)).filter(({ type }) => type === 'act.done')).toEqual([]);
  });
});
