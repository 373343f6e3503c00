import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { WholeCollaboration } from '../../src/coordination/collaboration/collaboration.ts';
import type { Relation } from '../../src/coordination/relations.ts';
import type { Message } from '../../src/messages/message.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type Answer, type Letter, type Receiver, startReceiver } from '../support/receiver.ts';
import { createTestDatabase, onEveryStore } from '../support/stores.ts';

/** Agents that work on one thing together, and experiments that are asked for (FEATURES CO-5, 3). */
type Entry = { agent: string; round: number; data: unknown; cut?: boolean };

onEveryStore('collaborations', (dialect) => {
  let home: TestHouse;
  let receiver: Receiver;
  let script: (letter: Letter, name: string) => Answer | Promise<Answer>;
  const ids: Record<string, string> = {};
  const says = (data: object): Answer => ({ reply: { payload: { requestType: 'collaborate', data } } });

  beforeAll(async () => {
    receiver = await startReceiver((letter) => script(letter, letter.agent.name));
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: receiver.host } });
    for (const name of ['Ann', 'Bob', 'Cid'])
      await home.call('agents.create', {
        name,
        executor: { kind: 'http', url: receiver.url },
        capabilities: [{ name: 'try.out', confidence: 0.5 }],
      });
    for (const name of ['Mute', 'Host'])
      await home.call('agents.create', { name, executor: { kind: 'mailbox' } });
    const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 100 });
    for (const agent of items) ids[agent.name] = agent.id;
  });
  beforeEach(() => {
    script = (_letter, name) => says({ by: name });
  });
  afterAll(async () => {
    await home?.close();
    await receiver?.close();
  });

  /** Starts one and waits for its end, unless the test says otherwise; a busy machine may take its time. */
  const start = async (more: object) => {
    const one = await home.call<WholeCollaboration>('collaborations.start', {
      agents: ['Ann', 'Bob', 'Cid'],
      timeoutMs: 60_000,
      waitMs: 30_000,
      ...more,
    });
    return 'waitMs' in more ? one : ended(one.id);
  };
  const ended = (id: string) =>
    until(
      async () => {
        const one = await show(id);
        return one.status !== 'running' && one;
      },
      `the end of ${id}`,
      60_000,
    );
  const show = (id: string) => home.call<WholeCollaboration>('collaborations.get', { id });
  /** What each was asked in a collaboration, oldest first. */
  const asked = ({ id }: { id: string }) =>
    receiver.letters
      .map(({ agent, message }) => ({ agent: agent.name, ...(message.payload as { data: Asked }) }))
      .filter(({ data }) => data.collaborationId === id);
  type Asked = { collaborationId: string; round: number; history: Entry[]; historyLeftOut?: number };
  const refusal = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
    return error.code;
  };

  it('in parallel: all are asked at once and nobody sees another', async () => {
    const one = await start({
      mode: 'parallel',
      goal: 'Name a risk.',
      type: 'try.out',
      params: { of: 'the harbour' },
      from: 'Host',
    });
    expect(one).toMatchObject({ status: 'completed', completeness: 'complete', endedBecause: 'done' });
    expect(one.counts).toEqual({ asked: 3, answered: 3, failed: 0, silent: 0, refused: 0 });
    expect(one.sentence).toBe('Everybody contributed; 3 of 3 requests were answered.');
    expect(one.contributions.map(({ name, round, data }) => [name, round, data])).toEqual([
      ['Ann', 1, { by: 'Ann' }],
      ['Bob', 1, { by: 'Bob' }],
      ['Cid', 1, { by: 'Cid' }],
    ]);
    for (const { data } of asked(one)) {
      expect(data.history).toEqual([]);
      expect(data).toMatchObject({ goal: 'Name a risk.', type: 'try.out', params: { of: 'the harbour' } });
    }
    const [first] = one.contributions;
    const message = await home.call<Message>('messages.get', { id: first?.messageId });
    expect([message.conversationId, message.recipientId]).toEqual([one.conversationId, ids.Ann]);
    expect(first?.ms).toBeGreaterThanOrEqual(0);
    const { items } = await home.call<{ items: Relation[] }>('agents.relations', { id: ids.Host });
    expect(items.map(({ name, trust }) => [name, trust]).sort()).toEqual([
      ['Ann', 1],
      ['Bob', 1],
      ['Cid', 1],
    ]);
  });

  it('one after another: each sees all before it', async () => {
    const one = await start({ mode: 'sequential', agents: ['Cid', 'Ann', 'Bob'] });
    expect(one.contributions.map(({ name }) => name)).toEqual(['Cid', 'Ann', 'Bob']);
    expect(asked(one).map(({ agent, data }) => [agent, data.history.map((entry) => entry.agent)])).toEqual([
      ['Cid', []],
      ['Ann', ['Cid']],
      ['Bob', ['Cid', 'Ann']],
    ]);
    expect(asked(one)[2]?.data.history[1]).toMatchObject({ round: 1, data: { by: 'Ann' } });
  });

  it('in rounds: each sees the rounds before, and it ends when nothing changes', async () => {
    script = ({ message }, name) => {
      const { round, history } = (message.payload as { data: Asked }).data;
      return says(round === 1 ? { by: name } : { seen: history.slice(0, 3).map((entry) => entry.agent) });
    };
    const one = await start({ mode: 'iterative', rounds: 10 });
    expect(one).toMatchObject({ status: 'completed', completeness: 'complete', endedBecause: 'unchanged' });
    expect(one.sentence).toBe('It ended in round 3: no contribution changed; 9 of 9 requests were answered.');
    expect(one.contributions.map(({ round }) => round)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(one.contributions[3]?.data).toEqual({ seen: ['Ann', 'Bob', 'Cid'] });
  });

  it('twin: while contributions change it goes on to its last round', async () => {
    let count = 0;
    script = () => {
      count += 1;
      return says({ count });
    };
    const one = await start({ mode: 'iterative', rounds: 2 });
    expect([one.endedBecause, one.contributions.length]).toEqual(['done', 6]);
  });

  it('one who fails, is silent or cannot be asked never stops the others', async () => {
    await home.call('agents.create', { name: 'Full', executor: { kind: 'mailbox' }, mailboxLimit: 1 });
    await home.call('messages.send', { to: 'Full', type: 'heartbeat' });
    script = (_letter, name) => (name === 'Bob' ? { status: 422 } : says({ by: name }));
    const agents = ['Bob', 'Mute', 'Full', 'Ann'];
    const one = await start({ mode: 'sequential', agents, timeoutMs: 10_000, from: 'Host' });
    expect(one).toMatchObject({ status: 'completed', completeness: 'partial' });
    expect(one.counts).toEqual({ asked: 4, answered: 1, failed: 1, silent: 1, refused: 1 });
    expect(one.contributions.map(({ name, status }) => [name, status])).toEqual([
      ['Bob', 'failed'],
      ['Mute', 'silent'],
      ['Full', 'refused'],
      ['Ann', 'answered'],
    ]);
    expect(one.contributions.map(({ error }) => error)).toEqual([
      expect.stringContaining('422'),
      'It did not answer within 10000 ms.',
      expect.stringContaining('Full'),
      null,
    ]);
    expect(asked(one).at(-1)?.data.history).toEqual([]); // a failure is no contribution
  });

  it('twin: when nobody contributes it has failed, with the reason', async () => {
    script = () => ({ status: 422 });
    const one = await start({ mode: 'iterative', agents: ['Ann', 'Full'] });
    expect(one).toMatchObject({ status: 'failed', completeness: null, endedBecause: 'silence' });
    expect(one.sentence).toMatch(/^Nobody contributed: none of 2 requests was answered; Ann: .*422/);
  });

  it('is ended early with what was contributed by then; who is late is told', async () => {
    const { id } = await start({ mode: 'parallel', agents: ['Ann', 'Mute'], waitMs: 0, timeoutMs: 600_000 });
    const message = await until(async () => {
      const { messages } = await home.call<{ messages: Message[] }>('agents.mailbox', { id: ids.Mute });
      const done = receiver.letters.some(({ message: one }) => one.conversationId === `collaboration:${id}`);
      return done && messages.find(({ conversationId }) => conversationId === `collaboration:${id}`);
    }, 'the question');
    await until(
      async () =>
        (
          await home.call<{ items: Message[] }>('messages.list', { conversation: `collaboration:${id}` })
        ).items.some(({ status, recipientId }) => status === 'acknowledged' && recipientId === ids.Ann),
      'the answer of Ann',
    );
    const one = await home.call<WholeCollaboration>('collaborations.end', { id, waitMs: 30_000 });
    expect(one).toMatchObject({ status: 'ended', completeness: 'partial', endedBecause: 'stopped' });
    expect(one.contributions.map(({ status }) => status)).toEqual(['answered', 'silent']);
    expect(await home.call<Message>('messages.get', { id: message.id })).toMatchObject({ status: 'expired' });
    expect(await refusal(home.call('collaborations.end', { id }))).toBe('collaboration/over');
  });

  it('a history that does not fit is cut at its oldest, and that is said', async () => {
    const agents = ['Ann', 'Bob', 'Cid'];
    let round = 0;
    script = (_letter, name) => {
      round += 1;
      return says({ by: name, round, text: '"ü'.repeat(8_000) });
    };
    const one = await start({ mode: 'iterative', agents, rounds: 3 });
    expect([one.status, one.counts.answered]).toEqual(['completed', 9]);
    expect(one.historyLeftOut).toBeGreaterThan(0);
    expect(one.sentence).toContain('did not fit into a message');
    const last = asked(one).at(-1)?.data;
    expect((last?.historyLeftOut ?? 0) + (last?.history.length ?? 0)).toBe(6);
    expect(last?.history.at(-1)).toMatchObject({ agent: 'Cid', round: 2 });
  });

  it('refuses what cannot begin', async () => {
    expect(await refusal(start({ mode: 'parallel', agents: ['Ann'] }))).toBe('collaboration/too-few');
    expect(await refusal(start({ mode: 'parallel', agents: ['Ann', 'Ann'] }))).toBe('collaboration/too-few');
    expect(await refusal(start({ mode: 'parallel', agents: ['Ann', 'Nobody'] }))).toBe('agent/not-found');
    expect(await refusal(start({ mode: 'parallel', agents: undefined }))).toBe('request/invalid');
    expect(await refusal(start({ mode: 'parallel', teamId: newId(), agents: undefined }))).toBe(
      'team/not-found',
    );
    expect(await refusal(start({ mode: 'parallel', params: { text: 'x'.repeat(40_000) } }))).toBe(
      'message/too-large',
    );
    expect(await refusal(show(newId()))).toBe('collaboration/not-found');
  });

  it('a team works together, its lead first', async () => {
    const team = await home.call<{ id: string }>('teams.create', {
      name: `Three ${newId()}`,
      members: ['Ann', 'Bob', 'Cid'],
      lead: 'Bob',
    });
    const one = await start({ mode: 'sequential', agents: undefined, teamId: team.id });
    expect(one.contributions.map(({ name }) => name)).toEqual(['Bob', 'Ann', 'Cid']);
    const { items } = await home.call<{ items: Array<{ id: string }> }>('collaborations.list', {
      teamId: team.id,
    });
    expect(items.map(({ id }) => id)).toEqual([one.id]);
  });

  describe('experiments', () => {
    const hypothesis = {
      id: 'H1',
      description: 'Shorter is better.',
      parameters: { words: 40 },
      experimentPlan: ['measure', 'change', 'measure'],
    };
    const experiment = (more: object) =>
      home.call<WholeCollaboration>('collaborations.experiment', { hypothesis, waitMs: 30_000, ...more });

    it('every fitting agent but the sender tries it out; all results and counts come back', async () => {
      script = (_letter, name) => (name === 'Cid' ? { status: 422 } : says({ gain: name.length }));
      const one = await experiment({ capability: 'try.out', from: 'Ann' });
      expect(one.counts).toEqual({ asked: 2, answered: 1, failed: 1, silent: 0, refused: 0 });
      expect(one.contributions.map(({ name, data }) => [name, data])).toEqual([
        ['Bob', { gain: 3 }],
        ['Cid', null],
      ]);
      expect(one).toMatchObject({ kind: 'experiment', completeness: 'partial', timeoutMs: 45_000 });
      const letter = receiver.letters.findLast(({ agent }) => agent.name === 'Bob');
      expect(letter?.message.payload).toEqual({
        requestType: 'experiment',
        data: { collaborationId: one.id, hypothesis },
      });
    });

    it('twin: nobody who fits is a refusal, and the sender alone does not fit', async () => {
      expect(await refusal(experiment({ capability: 'unheard.of' }))).toBe('collaboration/too-few');
      expect(await refusal(experiment({ agents: ['Ann'], from: 'Ann' }))).toBe('collaboration/too-few');
      expect(await refusal(experiment({ agents: ['Ann'], capability: 'try.out' }))).toBe('request/invalid');
    });
  });

  describe('agents with built-in skills', () => {
    it('do their part with their skill, over the files, and contribute its output', async () => {
      const [file] = await home.upload({
        'harbour.txt': 'The harbour opens in May 2027. The quay costs 4,000 euros. Ada Brook leads the work.',
      });
      await home.call('agents.create', {
        name: 'Answerer',
        executor: { kind: 'local' },
        capabilities: [{ name: 'question.answer', confidence: 0.8 }],
      });
      const one = await start({
        mode: 'sequential',
        goal: 'When does the harbour open?',
        type: 'question.answer',
        params: { files: [file] },
        agents: ['Ann', 'Answerer', 'Reader 1'],
      });
      expect(one.contributions.map(({ status }) => status)).toEqual(['answered', 'answered', 'failed']);
      expect(one.contributions[1]?.data).toMatchObject({ type: 'question.answer' });
      expect(JSON.stringify(one.contributions[1]?.data)).toContain('May 2027');
      // Twin: one that cannot do it says what it can.
      expect(one.contributions[2]?.error).toMatch(/question\.answer.*it can do documents\.read/);
    });

    it('keep knowledge under the names that everybody knows', async () => {
      const tell = (kind: string) =>
        home.call('messages.send', {
          from: 'Host',
          to: 'Answerer',
          type: 'coordination_request',
          payload: {
            requestType: 'share_knowledge',
            data: { kind, subject: `about ${kind}`, content: { words: 40 } },
          },
        });
      for (const kind of ['Best practices', 'algorithm_parameters', 'House gossip']) await tell(kind);
      const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 100 });
      const id = items.find(({ name }) => name === 'Answerer')?.id;
      const kinds = async (filter: object) =>
        (await home.call<{ items: Array<{ kind: string }> }>('agents.notes', { id, ...filter })).items.map(
          ({ kind }) => kind,
        );
      const all = await until(async () => {
        const found = await kinds({});
        return found.length === 3 && found;
      }, 'three notes');
      expect(all.sort()).toEqual(['House gossip', 'algorithm_parameters', 'best_practices']);
      expect(await kinds({ kind: 'best-practices' })).toEqual(['best_practices']);
      expect(await kinds({ kind: 'learned_patterns' })).toEqual([]);
    });
  });

  it('another tenant sees nothing of it', async () => {
    const one = await start({ mode: 'parallel' });
    const { id: tenantId } = await home.call<{ id: string }>('tenants.create', { name: newId() });
    const other = { tenantId };
    expect(await refusal(home.call('collaborations.get', { id: one.id }, other))).toBe(
      'collaboration/not-found',
    );
    expect(await refusal(home.call('collaborations.end', { id: one.id }, other))).toBe(
      'collaboration/not-found',
    );
    expect(await home.call('collaborations.list', {}, other)).toMatchObject({ items: [] });
    expect(
      await refusal(
        home.call('collaborations.start', { mode: 'parallel', agents: [ids.Ann, ids.Bob] }, other),
      ),
    ).toBe('agent/not-found');
  });

  it('goes on after a restart and asks nobody twice', async () => {
    const database = await createTestDatabase(dialect);
    const env = { CADRE_ALLOW_HOSTS: receiver.host };
    const first = await openTestHouse({ database, env });
    for (const name of ['Ann', 'Bob'])
      await first.call('agents.create', { name, executor: { kind: 'http', url: receiver.url } });
    const slow = await first.call<Agent>('agents.create', { name: 'Slow', executor: { kind: 'mailbox' } });
    const { id } = await first.call<WholeCollaboration>('collaborations.start', {
      mode: 'sequential',
      agents: ['Ann', 'Slow', 'Bob'],
      timeoutMs: 120_000,
    });
    const take = async (house: TestHouse) =>
      (await house.call<{ messages: Message[] }>('agents.mailbox', { id: slow.id })).messages[0];
    await until(() => take(first), 'the question to Slow');
    await first.close();
    const second = await openTestHouse({ database, env });
    const { messages } = await second.call<{ messages: Message[] }>('agents.take', { id: slow.id });
    await second.call('messages.ack', { id: messages[0]?.id, result: { by: 'Slow' } });
    const one = await until(async () => {
      const found = await second.call<WholeCollaboration>('collaborations.get', { id });
      return found.status !== 'running' && found;
    }, 'the end');
    expect(one.contributions.map(({ name, data }) => [name, data])).toEqual([
      ['Ann', { by: 'Ann' }],
      ['Slow', { by: 'Slow' }],
      ['Bob', { by: 'Bob' }],
    ]);
    expect(asked({ id }).map(({ agent }) => agent)).toEqual(['Ann', 'Bob']);
    // The log shows a fact once no older transaction runs.
    const types = await until(async () => {
      const facts = (await second.events()).filter(({ data }) => data.collaborationId === id);
      return facts.length === 5 && facts.map(({ type }) => type);
    }, 'five facts');
    expect(types).toEqual([
      'collaboration.started',
      'collaboration.contributed',
      'collaboration.contributed',
      'collaboration.contributed',
      'collaboration.ended',
    ]);
    await second.close();
    await database.drop();
  });
});
