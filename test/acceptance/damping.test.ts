import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { SIGNALS_PER_MINUTE } from '../../src/messages/damping.ts';
import { MAX_CHAIN, type Message } from '../../src/messages/message.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { createTestDatabase, onEveryStore } from '../support/stores.ts';

const gold = join(import.meta.dirname, '..', 'gold', 'talks');
const dialogues = (name: string): string[][] =>
  readFileSync(join(gold, `${name}.txt`), 'utf8')
    .split(/^# /m)
    .slice(1)
    .map((block) => block.trim().split('\n').slice(1));
/** Thanks in ever new words, and productive dialogues of forty exchanges. */
const THANKS = dialogues('development-courtesy').slice(0, 12).flat();
const WORK = dialogues('development-productive').flat().slice(0, 80);

const addAgents = async (home: TestHouse, names: string[], executor: object = { kind: 'mailbox' }) => {
  for (const name of names) await home.call('agents.create', { name, executor });
  const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 100 });
  return Object.fromEntries(items.map((agent) => [agent.name, agent.id]));
};
const codeOf = async (promise: Promise<unknown>): Promise<string | undefined> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error !== undefined && !(error instanceof CadreError)) throw error;
  return error?.code;
};
const sayIn =
  (home: TestHouse, conversationId: string) =>
  (from: string, to: string, message: string, more: object = {}) =>
    home.call<Message>('messages.send', {
      from,
      to,
      conversationId,
      type: 'status_update',
      payload: { message },
      ...more,
    });
/** Two take turns; how many messages went before one was refused, and why it was. */
const talk = async (home: TestHouse, conversationId: string, lines: readonly string[]) => {
  const say = sayIn(home, conversationId);
  for (const [at, line] of lines.entries()) {
    const code = await codeOf(at % 2 === 0 ? say('Ada', 'Ben', line) : say('Ben', 'Ada', line));
    if (code) return { sent: at, code };
  }
  return { sent: lines.length, code: undefined };
};

/** Agents that would talk for ever are stopped by name, those that get on are not; each with its twin. */
onEveryStore('loop damping', (dialect) => {
  let home: TestHouse;
  let receiver: Receiver;
  let ids: Record<string, string>;

  beforeAll(async () => {
    receiver = await startReceiver(({ message }) => {
      const script = message.subject === 'thanks' ? THANKS : message.subject === 'work' ? WORK : [];
      const line = script[message.hops + 1];
      return line === undefined ? {} : { reply: { payload: { message: line } } };
    });
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: receiver.host } });
    await addAgents(home, ['Ada', 'Ben', 'Cid']);
    ids = await addAgents(home, ['Uma', 'Vic'], { kind: 'http', url: receiver.url });
  });
  afterAll(async () => {
    await home?.close();
    await receiver?.close();
  });

  const about = async (type: string, conversationId: string) =>
    (await home.events()).filter(
      (event) => event.type === type && event.data.conversationId === conversationId,
    );
  const stopOf = (conversationId: string) =>
    until(async () => {
      const found = await about('conversation.stopped', conversationId);
      return found.length > 0 && found;
    }, `the stop of ${conversationId}`);

  it('two agents outside that thank each other in ever new words stop within six exchanges', async () => {
    await home.call('messages.send', {
      from: 'Uma',
      to: 'Vic',
      type: 'status_update',
      subject: 'thanks',
      conversationId: 'courtesy',
      payload: { message: THANKS[0] },
    });
    const [stop, ...more] = await stopOf('courtesy');
    expect(more).toEqual([]);
    expect(stop?.data).toMatchObject({
      reason: 'no-progress',
      names: expect.arrayContaining(['Uma', 'Vic']),
    });
    const letters = receiver.about('thanks');
    expect(letters.length).toBeLessThanOrEqual(12);
    expect(letters.length).toBeGreaterThan(3);
    const last = letters.at(-1)?.message.id ?? '';
    const end = await until(async () => {
      const found = await home.call<Message>('messages.get', { id: last });
      return found.status === 'acknowledged' && found;
    }, 'the end of the last one');
    expect(end.error).toContain('is stopped');
    const refused = (await home.events()).filter(
      (event) => event.type === 'message.refused' && event.data.inReplyTo === last,
    );
    expect(refused[0]?.data).toMatchObject({ reason: 'message/no-progress' });
  });

  it('twin: forty productive exchanges in one chain of answers go through', async () => {
    await home.call('messages.send', {
      from: 'Uma',
      to: 'Vic',
      type: 'status_update',
      subject: 'work',
      conversationId: 'work',
      payload: { message: WORK[0] },
    });
    await until(async () => receiver.about('work').length === 80, 'eighty messages', 60_000);
    expect(receiver.about('work').at(-1)?.message.hops).toBe(79);
    expect(await about('conversation.stopped', 'work')).toEqual([]);
  });

  it('an agent with a mailbox is stopped in the same way, and its message is acknowledged all the same', async () => {
    const say = sayIn(home, 'boxes');
    await say('Ada', 'Ben', THANKS[0] ?? '');
    let rounds = 0;
    for (; rounds < 30; rounds += 1) {
      const name = rounds % 2 === 0 ? 'Ben' : 'Ada';
      const { messages } = await home.call<{ messages: Message[] }>('agents.take', {
        id: ids[name],
        limit: 100,
      });
      const mine = messages.filter(({ conversationId }) => conversationId === 'boxes');
      if (mine.length === 0) break;
      for (const { id } of mine)
        await home.call('messages.ack', { id, reply: { payload: { message: THANKS[rounds + 1] } } });
    }
    expect(rounds).toBeLessThanOrEqual(12);
    expect(await stopOf('boxes')).toHaveLength(1);
  });

  it('stays stopped in both directions until something new is said, or a person speaks', async () => {
    const say = sayIn(home, 'held');
    expect(await talk(home, 'held', THANKS)).toMatchObject({ code: 'message/no-progress' });
    expect(await codeOf(say('Ada', 'Ben', 'You are so kind!'))).toBe(
      (await codeOf(say('Ben', 'Ada', 'No, you are!'))) ?? '',
    );
    expect(await stopOf('held')).toHaveLength(1);
    expect(await codeOf(say('Ben', 'Ada', 'The mast is 14 metres long.'))).toBeUndefined();
    expect(await codeOf(say('Ada', 'Ben', 'Thank you!'))).toBeUndefined();
    await talk(home, 'held', THANKS.slice(20));
    expect(await codeOf(say('Ada', 'Ben', 'Thank you!'))).toBe('message/no-progress');
    await home.call('messages.send', {
      to: 'Ben',
      conversationId: 'held',
      type: 'status_update',
      payload: {},
    });
    expect(await codeOf(say('Ada', 'Ben', 'Thank you!'))).toBeUndefined();
    // Another conversation of the same two was never concerned.
    expect(await codeOf(sayIn(home, 'other')('Ada', 'Ben', 'Thank you!'))).toBeUndefined();
  });

  it('messages that name no conversation are one talk, whoever begins', async () => {
    const send = (from: string, to: string, message: string) =>
      home.call('messages.send', { from, to, type: 'status_update', payload: { message } });
    const codes: Array<string | undefined> = [];
    for (const [at, line] of THANKS.slice(0, 13).entries())
      codes.push(await codeOf(at % 2 === 0 ? send('Ben', 'Cid', line) : send('Cid', 'Ben', line)));
    expect(codes).toContain('message/no-progress');
  });

  it('a task that the store knows is progress; an id that nobody knows is none', async () => {
    const say = sayIn(home, 'tasks');
    await talk(home, 'tasks', THANKS);
    const thank = (taskId: string) =>
      codeOf(say('Ada', 'Ben', 'Thank you!', { payload: { message: 'Thank you!', data: { taskId } } }));
    expect(await thank(newId())).toBe('message/no-progress');
    const task = await home.call<{ id: string }>('tasks.submit', { goal: 'Compare two boats' });
    expect(await thank(task.id)).toBeUndefined();
  });

  it('a circle of three ends after 16 forwards, a chain of answers after its hard end', async () => {
    const names = ['Ada', 'Ben', 'Cid'];
    let before: string | undefined;
    let hops = 0;
    const forward = (at: number) =>
      home.call<Message>('messages.send', {
        from: names[at % 3],
        to: names[(at + 1) % 3],
        type: 'status_update',
        conversationId: 'circle',
        payload: { message: WORK[at] },
        ...(before !== undefined && { inReplyTo: before }),
      });
    for (; hops <= 16; hops += 1) before = (await forward(hops)).id;
    expect(await codeOf(forward(hops))).toBe('message/hop-limit');
    let answered = (await sayIn(home, 'endless')('Ada', 'Ben', 'Row 0 of the ledger')).id;
    await home.house.store.write(home.house.homeTenantId, (tx) =>
      tx.db
        .updateTable('message')
        .set({ hops: MAX_CHAIN - 1 })
        .where('id', '=', answered)
        .execute(),
    );
    const answer = (row: number) =>
      sayIn(home, 'endless')('Ben', 'Ada', `Row ${row} of the ledger`, { inReplyTo: answered });
    answered = (await answer(1)).id;
    expect(await codeOf(sayIn(home, 'endless')('Ada', 'Ben', 'Row 2', { inReplyTo: answered }))).toBe(
      'message/hop-limit',
    );
  });

  it('refuses to hand a request back to the agent it came from; a clarification passes', async () => {
    const request = { requestType: 'review', data: { file: 'a.ts' } };
    const ask = (from: string, to: string, payload: object, inReplyTo?: string) =>
      home.call<Message>('messages.send', { from, to, type: 'coordination_request', payload, inReplyTo });
    const asked = await ask('Ada', 'Ben', request);
    expect(await codeOf(ask('Ben', 'Ada', request, asked.id))).toBe('message/ping-pong');
    expect(await codeOf(ask('Ben', 'Ada', { requestType: 'which_lines' }, asked.id))).toBeUndefined();
    const passed = await ask('Ben', 'Cid', request, asked.id);
    const round = await ask('Cid', 'Ada', request, passed.id).catch((error: unknown) => error);
    expect(round).toBeInstanceOf(CadreError);
    expect((round as CadreError).message).toContain('Ada → Ben → Cid → Ada'); // just checked
  });

  it('heartbeats are not counted, but there is an end to them', async () => {
    const beat = (from: string, to: string) =>
      home.call('messages.send', { from, to, type: 'heartbeat', payload: {}, conversationId: 'beats' });
    for (let at = 0; at < SIGNALS_PER_MINUTE; at += 20)
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? beat('Ada', 'Cid') : beat('Cid', 'Ada'))),
      );
    expect(await codeOf(beat('Ada', 'Cid'))).toBe('message/too-many-signals');
    expect(await codeOf(sayIn(home, 'beats')('Ada', 'Cid', 'Thank you!'))).toBeUndefined();
  });

  it('what is published, and what persons write, is not a talk of two', async () => {
    await home.call('topics.subscribe', { topic: 'damping', agentId: ids.Ben });
    await home.call('topics.subscribe', { topic: 'damping', agentId: ids.Ada });
    for (let at = 0; at < 20; at += 1) {
      const from = at % 2 === 0 ? 'Ada' : 'Ben';
      const { outcomes } = await home.call<{ outcomes: Array<{ status: string }> }>('topics.publish', {
        topic: 'damping',
        from,
        type: 'status_update',
        payload: { message: 'Thanks' },
      });
      expect(outcomes.map(({ status }) => status)).toEqual(['open']);
    }
  });

  it('twin: without the guard the same two thank each other until the hop budget ends', async () => {
    const off = await openTestHouse({ dialect, env: { CADRE_FAULTS: 'no-damping' } });
    try {
      await addAgents(off, ['Ada', 'Ben']);
      expect(await talk(off, 'courtesy', THANKS.slice(0, 40))).toMatchObject({ sent: 40 });
    } finally {
      await off.close();
    }
  });
});

/** What Cadre asks, hands over and tells by itself is the same again and again: fifty times, and nothing is refused. */
onEveryStore('loop damping spares', (dialect) => {
  const ROUNDS = 50;
  let home: TestHouse;
  let ids: Record<string, string>;
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    for (const name of ['Ada', 'Ben'])
      await home.call('agents.create', { name, executor: { kind: 'local' }, metadata: { stance: 'yes' } });
    ids = await addAgents(home, ['Boss', 'Hand', 'Ear']);
  });
  afterAll(() => home?.close());

  const unended = (status: string) => ['open', 'running', 'pending', 'waiting'].includes(status);
  const end = (operation: string, id: string) =>
    until(async () => {
      const { status } = await home.call<{ status: string }>(operation, { id });
      return !unended(status);
    }, `the end of ${operation}`);
  const drain = async (name: string): Promise<Message[]> => {
    const { messages } = await home.call<{ messages: Message[] }>('agents.take', {
      id: ids[name],
      limit: 100,
    });
    for (const { id } of messages) await home.call('messages.ack', { id, result: 'done' });
    return messages;
  };
  const refusals = async () =>
    (await home.events()).filter(({ type }) => ['message.refused', 'conversation.stopped'].includes(type));

  it('what runs ask for: votes, collaborations, solutions, searches', async () => {
    const agents = ['Ada', 'Ben'];
    const space = { words: { type: 'range', min: 1, max: 2, step: 1 } };
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = await Promise.all([
        home.call<{ id: string }>('votes.open', {
          question: 'Ship it?',
          options: ['yes', 'no'],
          voters: agents,
        }),
        home.call<{ id: string }>('collaborations.start', {
          mode: 'parallel',
          goal: 'Name the risks.',
          agents,
        }),
        home.call<{ id: string }>('solutions.start', {
          question: 'Which?',
          options: ['yes', 'no'],
          type: 'x',
          agents,
        }),
        home.call<{ id: string }>('optimizations.start', { type: 'x', space, agents }),
      ]);
      const shows = ['votes.get', 'collaborations.get', 'solutions.get', 'optimizations.get'];
      await Promise.all(asked.map(({ id }, at) => end(shows[at] ?? '', id)));
    }
    expect(await refusals()).toEqual([]);
  }, 240_000);

  it('delegations with their answers, what a team passes on, and events that are told', async () => {
    const team = await home.call<{ id: string }>('teams.create', {
      name: 'Round',
      topology: 'star',
      lead: 'Boss',
      members: ['Boss', 'Hand', 'Ear'],
    });
    await home.call('listeners.add', { agentId: ids.Ear, eventType: 'agent.emitted' });
    let handed = 0;
    let told = 0;
    let passed = 0;
    const look = async (): Promise<void> => {
      handed += (await drain('Hand')).filter(({ type }) => type === 'task_delegation').length;
      await drain('Boss');
      for (const { subject } of await drain('Ear')) {
        if (subject === 'agent.emitted') told += 1;
        if (subject.startsWith('to all')) passed += 1;
      }
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      // On a busy machine one that took nothing for a while is taken for silent.
      await until(async () => {
        await look();
        const { status } = await home.call<{ status: string }>('agents.delegate', {
          id: 'Hand',
          from: 'Boss',
          type: 'lift',
          timeoutMs: 600_000,
        });
        return status === 'open';
      }, 'the delegation');
      await home.call('events.emit', { type: 'same.thing' });
      await home.call('teams.say', {
        id: team.id,
        from: 'Hand',
        to: ['Ear'],
        type: 'status_update',
        subject: `to all ${round}`,
        payload: { message: `Figure ${1_000 + round}` },
      });
    }
    await until(
      async () => {
        await look();
        return handed === ROUNDS && told === ROUNDS && passed === ROUNDS;
      },
      'all of it',
      120_000,
    );
    expect(await refusals()).toEqual([]);
  }, 240_000);
});

onEveryStore('loop damping over processes', (dialect) => {
  it('a stop holds over a restart, and is told once', async () => {
    const database = await createTestDatabase(dialect);
    try {
      const first = await openTestHouse({ database });
      await addAgents(first, ['Ada', 'Ben']);
      expect(await talk(first, 'kept', THANKS.slice(0, 3))).toMatchObject({ sent: 3 });
      await first.close();
      const second = await openTestHouse({ database });
      const { sent } = await talk(second, 'kept', ['Cheers!', ...THANKS.slice(3)]);
      expect(sent + 3).toBeLessThanOrEqual(12);
      await second.close();
      const third = await openTestHouse({ database });
      expect(await codeOf(sayIn(third, 'kept')('Ada', 'Ben', 'Thank you!'))).toBe('message/no-progress');
      const stops = await until(async () => {
        const found = (await third.events()).filter((event) => event.type === 'conversation.stopped');
        return found.length > 0 && found;
      }, 'the stop in the log');
      expect(stops).toHaveLength(1);
      await third.close();
    } finally {
      await database.drop();
    }
  });

  it('two processes that add to a talk at once lose nothing of it', async () => {
    const database = await createTestDatabase(dialect);
    const one = await openTestHouse({ database });
    const other = dialect === 'postgres' ? await openTestHouse({ database }) : one;
    try {
      await addAgents(one, ['Ada', 'Ben']);
      const facts = Array.from({ length: 40 }, (_, at) => at);
      await Promise.all(
        facts.map((at) =>
          at % 2 === 0
            ? sayIn(one, 'both')('Ada', 'Ben', `${1_000 + at}`)
            : sayIn(other, 'both')('Ben', 'Ada', `${1_000 + at}`),
        ),
      );
      const [row] = await one.house.store.read(one.house.homeTenantId, (tx) =>
        tx.db.selectFrom('talk').selectAll().where('conversation', '=', 'both').execute(),
      );
      expect(row?.said).toHaveLength(40 * 4); // a hash of four letters for each number
      const thanks = await Promise.all(
        facts.map((at) =>
          codeOf(
            at % 2 === 0
              ? sayIn(one, 'both')('Ada', 'Ben', 'Thank you!')
              : sayIn(other, 'both')('Ben', 'Ada', 'Thank you!'),
          ),
        ),
      );
      const later: Array<string | undefined> = [];
      for (let at = 0; at < 12; at += 1)
        later.push(
          await codeOf(
            at % 2 === 0
              ? sayIn(other, 'both')('Ada', 'Ben', 'Thank you!')
              : sayIn(one, 'both')('Ben', 'Ada', 'Thank you!'),
          ),
        );
      expect([...thanks, ...later]).toContain('message/no-progress');
      expect(later.at(-1)).toBe('message/no-progress');
    } finally {
      if (other !== one) await other.close();
      await one.close();
      await database.drop();
    }
  });
});
