import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Vote } from '../../src/coordination/votes/vote.ts';
import type { Message } from '../../src/messages/message.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { bookOutcome } from '../../src/platform/store/agents.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { createTestDatabase, onEveryStore } from '../support/stores.ts';

/**
 * Votes as people and agents use them (S15, FEATURES TO-2): asked and answered through mailboxes, every ballot
 * recorded, closed by a durable run; each with its twin.
 */
onEveryStore('votes', (dialect) => {
  let home: TestHouse;
  let receiver: Receiver;
  const PULLERS = ['Ann', 'Bob', 'Cid', 'Dot', 'Eve'];
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    // Over HTTP an agent answers with a ballot of its own.
    receiver = await startReceiver(async ({ message }) => ({
      reply: {
        payload: { requestType: 'vote', data: { choice: message.subject.includes('odd') ? 'maybe' : 'no' } },
      },
    }));
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: receiver.host } });
    const create = (name: string, executor: object, more: object = {}) =>
      home.call('agents.create', { name, executor, ...more });
    for (const name of PULLERS) await create(name, { kind: 'mailbox' });
    await create('Caller', { kind: 'http', url: receiver.url });
    await create('Decided', { kind: 'local' }, { metadata: { stance: 'later, yes' } });
    await create('Undecided', { kind: 'local' });
    const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 100 });
    for (const agent of items) ids[agent.name] = agent.id;
  });
  afterAll(async () => {
    await home?.close();
    await receiver?.close();
  });

  const open = (more: object = {}) =>
    home.call<Vote>('votes.open', { question: 'Ship it?', options: ['yes', 'no'], voters: PULLERS, ...more });
  const show = (id: string) => home.call<Vote>('votes.get', { id });
  const cast = (id: string, agentId: string, choice?: unknown) =>
    home.call<Vote>('votes.cast', { id, agentId, ...(choice !== undefined && { choice }) });
  /** Takes the message of a vote from a mailbox and answers it. */
  const answer = async (vote: Vote, name: string, data: unknown) => {
    const asked = vote.ballots.find((one) => one.name === name)?.messageId ?? '';
    await until(async () => {
      const { messages } = await home.call<{ messages: Message[] }>('agents.take', {
        id: ids[name],
        limit: 100,
      });
      for (const one of messages.filter(({ id }) => id !== asked))
        await home.call('messages.ack', { id: one.id });
      return messages.some(({ id }) => id === asked);
    }, `the question in the mailbox of ${name}`);
    await home.call('messages.ack', { id: asked, reply: { payload: { requestType: 'vote', data } } });
  };
  const closed = (id: string) =>
    until(async () => {
      const vote = await show(id);
      return vote.status !== 'open' && vote;
    }, `the end of the vote ${id}`);
  const refusal = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
    return error.code;
  };
  const eventsOf = async (id: string) =>
    (await home.events()).filter((event) => event.data.voteId === id).map((event) => event.type);

  describe('S15: five voters', () => {
    it('two silent: the majority is reached at the deadline, and every ballot is recorded', async () => {
      const vote = await open({ timeoutMs: 2_500 });
      await answer(vote, 'Ann', { choice: 'yes', note: 'It is tested.' });
      await answer(vote, 'Bob', { choice: 'no' });
      await cast(vote.id, 'Cid', 'yes');
      const end = await closed(vote.id);
      expect(end).toMatchObject({ status: 'decided', winner: 'yes', reason: null, quorum: 3 });
      expect(end.rounds).toEqual([{ counts: { yes: 2, no: 1 }, eliminated: null }]);
      expect(end.ballots.map((one) => [one.name, one.choice])).toEqual([
        ['Ann', ['yes']],
        ['Bob', ['no']],
        ['Cid', ['yes']],
        ['Dot', null],
        ['Eve', null],
      ]);
      expect(end.ballots[0]).toMatchObject({ note: 'It is tested.', weight: 1, changes: 0 });
      expect(end.ballots[0]?.castBy).toMatch(/^message:/);
      expect(Date.parse(end.closedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(end.deadline));
      // The log shows a fact once no older transaction runs.
      const types = await until(async () => {
        const found = await eventsOf(vote.id);
        return found.length === 5 && found;
      }, 'five facts');
      expect(types).toEqual(['vote.opened', 'vote.cast', 'vote.cast', 'vote.cast', 'vote.closed']);
    });

    it('twin: three silent: it fails with the deadline, never a silent success', async () => {
      const vote = await open({ timeoutMs: 1_200 });
      await cast(vote.id, 'Ann', 'yes');
      await cast(vote.id, 'Bob', 'yes');
      expect(await closed(vote.id)).toMatchObject({
        status: 'failed',
        reason: 'deadline',
        winner: null,
        sentence: 'The time was up before enough voters had chosen.',
      });
    });
  });

  it('closes at once when everybody has answered; before that a ballot may be changed', async () => {
    const vote = await open({ voters: ['Ann', 'Bob', 'Cid'], timeoutMs: 600_000 });
    await cast(vote.id, 'Ann', 'no');
    expect((await cast(vote.id, 'Ann', 'yes')).ballots[0]).toMatchObject({ choice: ['yes'], changes: 1 });
    await Promise.all([cast(vote.id, 'Bob', 'yes'), cast(vote.id, 'Cid')]);
    expect(await closed(vote.id)).toMatchObject({ status: 'decided', winner: 'yes' });
    expect(await refusal(cast(vote.id, 'Ann', 'no'))).toBe('vote/closed');
    expect((await show(vote.id)).ballots[0]).toMatchObject({ choice: ['yes'], changes: 1 });
  });

  it('agents answer by themselves: over HTTP, by a stance in the spec, or by abstaining', async () => {
    const vote = await open({ voters: ['Caller', 'Decided', 'Undecided'], quorum: 2, timeoutMs: 30_000 });
    const end = await closed(vote.id);
    expect(end.ballots.map((one) => one.choice)).toEqual([['no'], ['yes'], []]);
    expect(end).toMatchObject({ status: 'failed', reason: 'tie' });
  });

  it('a ballot for what is no option does not count, and the log says so', async () => {
    const vote = await open({ question: 'An odd one?', voters: ['Caller', 'Decided'], timeoutMs: 2_000 });
    const end = await closed(vote.id);
    expect([end.reason, end.ballots[0]?.choice]).toEqual(['deadline', null]);
    const refused = await until(
      async () =>
        (await home.events()).find((event) => event.type === 'vote.refused' && event.data.voteId === vote.id),
      'the refusal in the log',
    );
    expect(refused.data).toMatchObject({ reason: 'vote/bad-ballot' });
  });

  it('weighs by the record of each, and ranks', async () => {
    await home.house.store.write(home.house.homeTenantId, async (tx) => {
      for (let task = 0; task < 7; task += 1) await bookOutcome(tx, ids.Ann ?? '', true, 10);
      for (const loser of ['Bob', 'Cid'])
        for (let task = 0; task < 7; task += 1) await bookOutcome(tx, ids[loser] ?? '', false, 10);
    });
    const voters = ['Ann', 'Bob', 'Cid'];
    for (const [rule, winner] of [
      ['weighted', 'yes'],
      ['majority', 'no'],
    ] as const) {
      const vote = await open({ voters, rule });
      await cast(vote.id, 'Ann', 'yes');
      await cast(vote.id, 'Bob', 'no');
      await cast(vote.id, 'Cid', 'no');
      const end = await closed(vote.id);
      expect(end.winner).toBe(winner);
      // A prior of three tasks at a stated confidence of 0, and seven tasks.
      if (rule === 'weighted') expect(end.ballots.map((one) => one.weight)).toEqual([0.7, 0, 0]);
    }
    const ranked = await open({ options: ['a', 'b', 'c'], rule: 'ranked' });
    const wishes = [['a'], ['a'], ['b'], ['b'], ['c', 'b']];
    for (const [index, name] of PULLERS.entries()) await cast(ranked.id, name, wishes[index]);
    const end = await closed(ranked.id);
    expect([end.winner, end.rounds.map((one) => one.eliminated)]).toEqual(['b', ['c', null]]);
  });

  it('refuses what makes no sense', async () => {
    const vote = await open();
    expect(await refusal(cast(vote.id, 'Caller', 'yes'))).toBe('vote/not-voter');
    expect(await refusal(cast(vote.id, 'Ann', 'perhaps'))).toBe('vote/bad-ballot');
    expect(await refusal(cast(vote.id, 'Ann', ['yes', 'no']))).toBe('vote/bad-ballot');
    expect(await refusal(cast(newId(), 'Ann', 'yes'))).toBe('vote/not-found');
    expect(await refusal(open({ options: ['yes', 'yes'] }))).toBe('request/invalid');
    expect(await refusal(open({ quorum: 6 }))).toBe('request/invalid');
    expect(await refusal(open({ voters: [] }))).toBe('request/invalid');
    expect(await refusal(open({ voters: undefined, teamId: newId() }))).toBe('team/not-found');
    expect(await refusal(open({ deadline: '2020-01-01T00:00:00Z' }))).toBe('message/deadline-past');
    expect((await show(vote.id)).ballots.every((one) => one.choice === null)).toBe(true);
  });
});

onEveryStore('a vote over a restart', (dialect) => {
  it('closes although the process that opened it is gone: its waiting is a row', async () => {
    const database = await createTestDatabase(dialect);
    try {
      const first = await openTestHouse({ database });
      for (const name of ['Ann', 'Bob'])
        await first.call('agents.create', { name, executor: { kind: 'mailbox' } });
      const { id } = await first.call<Vote>('votes.open', {
        question: 'Still there?',
        options: ['yes', 'no'],
        voters: ['Ann', 'Bob'],
        timeoutMs: 1_500,
      });
      await first.close();
      const second = await openTestHouse({ database });
      const end = await until(async () => {
        const vote = await second.call<Vote>('votes.get', { id });
        return vote.status !== 'open' && vote;
      }, 'the end of the vote');
      expect(end).toMatchObject({ status: 'failed', reason: 'deadline' });
      await second.close();
    } finally {
      await database.drop();
    }
  });
});
