import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { type HttpServer, serveHttp } from '../../src/edge/http/server.ts';
import type { Conversation } from '../../src/messages/conversation.ts';
import type { Message } from '../../src/messages/message.ts';
import type { Shared } from '../../src/messages/share.ts';
import type { Summary } from '../../src/messages/summary.ts';
import type { ContextWindow } from '../../src/messages/window.ts';
import { operations } from '../../src/operations.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import type { Caller } from '../../src/platform/kernel/operation.ts';
import { insertMessages } from '../../src/platform/store/messages.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

type Threaded = Message & { depth: number; threadId: string; senderName: string; receipt: { late: boolean } };
interface Shown {
  conversation: Conversation | null;
  context: Shared[];
  items: Threaded[];
  nextCursor: string | null;
}

/**
 * Conversations as people and agents use them (FEATURES CO-7): list, threads, windows, shared context, summary; each
 * with its twin.
 */
onEveryStore('conversations', (dialect) => {
  let home: TestHouse;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    for (const name of ['Ann', 'Bob', 'Cid'])
      await home.call('agents.create', { name, executor: { kind: 'mailbox' } });
    const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 100 });
    for (const agent of items) ids[agent.name] = agent.id;
  });
  afterAll(() => home?.close());

  const send = (input: Record<string, unknown>, as?: Partial<Caller>) =>
    home.call<Message>('messages.send', { type: 'coordination_request', ...input }, as);
  const ask = (from: string | undefined, to: string, subject: string, more: Record<string, unknown> = {}) =>
    send({
      ...(from && { from }),
      to,
      subject,
      payload: { requestType: 'ask', data: { text: subject } },
      ...more,
    });
  /** Takes a message from a mailbox and answers it. */
  const answer = async (message: Message, text: string) => {
    await until(async () => {
      const taken = await home.call<{ messages: Message[] }>('agents.take', {
        id: message.recipientId,
        limit: 100,
      });
      for (const other of taken.messages.filter((one) => one.id !== message.id))
        await home.call('messages.ack', { id: other.id });
      return taken.messages.some((one) => one.id === message.id);
    }, 'its turn in the mailbox');
    await home.call('messages.ack', { id: message.id, reply: { payload: { data: { text } } } });
  };
  const show = (id: string, more: object = {}) => home.call<Shown>('conversations.get', { id, ...more });
  const window = (id: string, more: object = {}) =>
    home.call<ContextWindow>('conversations.window', { id, ...more });
  const share = (id: string, key: string, value: unknown, more: object = {}, as?: Partial<Caller>) =>
    home.call<Shared>('conversations.share', { id, key, value, ...more }, as);
  const list = async (more: object = {}) =>
    home.call<{ items: Conversation[]; nextCursor: string | null }>('conversations.list', more);
  const refusal = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
    return error.code;
  };

  describe('what people see', () => {
    it('is one conversation of all who were written to under one id, with threads and receipts', async () => {
      const asked = await ask(undefined, 'Ann', 'When?', { requiresResponse: true });
      await ask(undefined, 'Bob', 'Where?');
      await answer(asked, 'On Friday.');
      const { conversation, items, nextCursor } = await show('direct:system:test');
      expect(conversation).toMatchObject({
        messages: 3,
        open: 1,
        participantCount: 3,
        lastSubject: 'When?',
        startedBy: { id: 'system:test', type: 'person', name: 'Cadre' },
      });
      expect(conversation?.participants[0]).toMatchObject({ id: 'system:test', sent: 2, received: 1 });
      expect(conversation?.participants.map((one) => one.name).sort()).toEqual(['Ann', 'Bob', 'Cadre']);
      expect(nextCursor).toBeNull();
      expect(items.map((one) => [one.subject, one.senderName, one.depth, one.inReplyTo])).toEqual([
        ['When?', 'Cadre', 0, null],
        ['Where?', 'Cadre', 0, null],
        ['When?', 'Ann', 1, asked.id],
      ]);
      expect(items[2]?.threadId).toBe(items[0]?.threadId);
      expect(items[1]?.threadId).not.toBe(items[0]?.threadId);
      expect(items[0]).toMatchObject({
        receipt: {
          retries: 0,
          late: false,
          deliveredAt: expect.any(String),
          acknowledgedAt: expect.any(String),
        },
      });
      expect(items[1]).toMatchObject({ receipt: { deliveredAt: null, acknowledgedAt: null } });
    });

    it('lists the newest activity first and each once, also where one agent takes part', async () => {
      for (const id of ['one', 'two', 'three', 'one'])
        await ask('Ann', 'Bob', `in ${id}`, { conversationId: id });
      await ask('Cid', 'Bob', 'elsewhere', { conversationId: 'four' });
      const { items } = await list();
      expect(items.slice(0, 4).map((one) => [one.id, one.messages, one.lastSubject])).toEqual([
        ['four', 1, 'elsewhere'],
        ['one', 2, 'in one'],
        ['three', 1, 'in three'],
        ['two', 1, 'in two'],
      ]);
      const paged: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await list({ limit: 2, ...(cursor && { cursor }) });
        paged.push(...page.items.map((one) => one.id));
        cursor = page.nextCursor;
      }
      expect(paged).toEqual(items.map((one) => one.id));
      expect((await list({ agentId: ids.Cid })).items.map((one) => one.id)).toEqual(['four']);
      // The twin: who takes no part sees none of them.
      expect((await list({ agentId: ids.Writer })).items).toEqual([]);
    });

    it('pages through ten thousand messages, each once, oldest first', async () => {
      const sent = Array.from({ length: 10_000 }, (_, place) => ({
        id: newId(),
        conversation_id: 'long',
        correlation_id: `t${Math.floor(place / 4)}`,
        sender_id: ids.Ann ?? '',
        recipient_id: ids.Bob ?? '',
        type: 'status_update',
        priority: 50,
        status: 'acknowledged',
        subject: `number ${place}`,
        payload: JSON.stringify({ message: `This is number ${place}.` }),
        task_id: null,
        expires_at: null,
      }));
      await home.house.store.write(home.house.homeTenantId, (tx) => insertMessages(tx, sent));
      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await show('long', { limit: 200, ...(cursor && { cursor }) });
        expect(page.conversation === null).toBe(cursor !== undefined);
        seen.push(...page.items.map((one) => one.id));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(sent.map((one) => one.id));
      const shown = await window('long', { maxCharacters: 4_000 });
      expect(shown.characters).toBeLessThanOrEqual(4_000);
      expect(shown.messageIds.at(-1)).toBe(sent.at(-1)?.id);
      expect(shown.messageIds.length + shown.leftOut.messages).toBe(10_000);
      const { covers } = await home.call<Summary>('conversations.summary', { id: 'long' });
      expect(covers).toEqual({ messages: 2_000, of: 10_000 });
    });

    it('twin: what nobody ever wrote is refused by every operation', async () => {
      for (const name of ['get', 'window', 'summary', 'context'])
        expect([name, await refusal(home.call(`conversations.${name}`, { id: 'never' }))]).toEqual([
          name,
          'conversation/not-found',
        ]);
      expect(await refusal(share('never', 'goal', 1))).toBe('conversation/not-found');
      expect(await refusal(show('one', { cursor: 'x' }))).toBe('request/bad-cursor');
    });
  });

  describe('the window', () => {
    it('shows what is shared, then the newest threads; of one agent only what it was part of', async () => {
      const first = await ask('Ann', 'Bob', 'The oldest', {
        conversationId: 'w',
        payload: text('o'.repeat(900)),
      });
      await ask('Ann', 'Cid', 'Between', { conversationId: 'w', payload: text('b'.repeat(400)) });
      const last = await ask('Ann', 'Bob', 'The newest', {
        conversationId: 'w',
        payload: text('n'.repeat(200)),
      });
      await share('w', 'goal', 'Ship it.', { from: 'Ann' });
      const narrow = await window('w', { maxCharacters: 1_000 });
      expect(
        narrow.text.startsWith('# Shared context\n- goal = "Ship it." (version 1, by Ann)\n\n# Left out: '),
      ).toBe(true);
      expect(narrow.messageIds).toEqual([last.id]);
      expect(narrow.leftOut.messages).toBe(2);
      expect(narrow.text).toContain('Ann asked Bob: The oldest');
      expect(narrow.characters).toBeLessThanOrEqual(1_000);
      const wide = await window('w');
      expect([wide.messageIds.length, wide.leftOut]).toEqual([
        3,
        { messages: 0, characters: 0, contextKeys: 0 },
      ]);
      expect((await window('w', { agentId: ids.Bob })).messageIds).toEqual([first.id, last.id]);
      // The twin: less room than any window needs is refused, not exceeded.
      expect(await refusal(window('w', { maxCharacters: 999 }))).toBe('request/invalid');
    });

    const text = (content: string) => ({ requestType: 'ask', data: { text: content } });
  });

  describe('shared context', () => {
    it('keeps every version, with who set it, and is found by everybody', async () => {
      await ask('Ann', 'Bob', 'Begin', { conversationId: 's' });
      expect(await share('s', 'plan', { steps: 1 }, { from: 'Ann', expectedVersion: 0 })).toMatchObject({
        version: 1,
        setBy: { id: ids.Ann, type: 'agent', name: 'Ann' },
      });
      await share('s', 'plan', { steps: 2 }, { expectedVersion: 1 });
      await share('s', 'note', 'keep');
      expect((await show('s')).context.map(({ key, value, version }) => [key, value, version])).toEqual([
        ['note', 'keep', 1],
        ['plan', { steps: 2 }, 2],
      ]);
      await share('s', 'plan', null);
      expect((await show('s')).context.map((one) => one.key)).toEqual(['note']);
      const history = await home.call<{ items: Shared[]; nextCursor: string | null }>(
        'conversations.context',
        {
          id: 's',
          key: 'plan',
          limit: 2,
        },
      );
      expect(history.items.map(({ value, version, setBy }) => [version, value, setBy.name])).toEqual([
        [3, null, 'Cadre'],
        [2, { steps: 2 }, 'Cadre'],
      ]);
      const rest = await home.call<{ items: Shared[] }>('conversations.context', {
        id: 's',
        key: 'plan',
        cursor: history.nextCursor,
      });
      expect(rest.items.map((one) => one.version)).toEqual([1]);
      const facts = await until(async () => {
        const of = (await home.events()).filter(
          (event) => event.type === 'conversation.shared' && event.data.conversationId === 's',
        );
        return of.length === 4 && of;
      }, 'four facts');
      expect(facts[0]).toMatchObject({ agentId: ids.Ann, data: { key: 'plan', version: 1, by: 'Ann' } });
      expect(facts[3]).toMatchObject({ agentId: null, data: { version: 3, by: 'a test', removed: true } });
    });

    it('twin: who saw an older version is refused, and of two at once one wins', async () => {
      await ask('Ann', 'Bob', 'Begin', { conversationId: 'race' });
      await share('race', 'lead', 'Ann');
      expect(await refusal(share('race', 'lead', 'Bob', { expectedVersion: 0 }))).toBe(
        'conversation/version-conflict',
      );
      const both = await Promise.allSettled(
        ['Bob', 'Cid'].map((name) => share('race', 'lead', name, { expectedVersion: 1 })),
      );
      expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
      const lost = both.find((one) => one.status === 'rejected');
      expect(lost?.reason).toMatchObject({ code: 'conversation/version-conflict', status: 409 });
      // Without the guard both are kept, one after the other.
      const free = await Promise.all(['Bob', 'Cid'].map((name) => share('race', 'lead', name)));
      expect(free.map((one) => one.version).sort()).toEqual([3, 4]);
    });

    it('twin: it is bounded', async () => {
      await ask('Ann', 'Bob', 'Begin', { conversationId: 'full' });
      expect(await refusal(share('full', 'big', 'x'.repeat(16_384)))).toBe('conversation/context-full');
      await share('full', 'big', 'x'.repeat(16_382));
      for (let key = 0; key < 15; key += 1) await share('full', `k${key}`, 'x'.repeat(16_382));
      expect(await refusal(share('full', 'more', 1))).toBe('conversation/context-full');
      await share('full', 'k0', null);
      expect((await share('full', 'more', 1)).version).toBe(1);
      expect(await refusal(share('full', 'a key', 1))).toBe('request/invalid');
      expect(await refusal(share('full', 'more', 1, { from: 'Nobody' }))).toBe('agent/not-found');
    });
  });

  describe('the summary', () => {
    it('counts and quotes: who, what was asked and became of it, what was shared, what failed', async () => {
      const id = 'sum';
      const inIt = { conversationId: id };
      const good = await ask('Ann', 'Bob', 'Price?', { ...inIt, requiresResponse: true });
      await answer(good, '7');
      const late = await ask('Ann', 'Bob', 'Date?', {
        ...inIt,
        requiresResponse: true,
        responseTimeoutMs: 1,
      });
      await answer(late, 'Friday');
      const bad = await ask('Ann', 'Cid', 'Colour?', inIt);
      await home.call('agents.take', { id: ids.Cid, limit: 100 });
      await home.call('messages.ack', { id: bad.id, error: 'I see no colour.', retry: false });
      const told = await send({
        from: 'Bob',
        to: 'Cid',
        subject: 'Know this',
        payload: {
          requestType: 'share_knowledge',
          data: { kind: 'fact', subject: 'Prices *rise*', content: { by: 2 } },
        },
        ...inIt,
      });
      await home.call('agents.take', { id: ids.Cid, limit: 100 });
      await home.call('messages.ack', { id: told.id });
      await send({
        from: 'Cid',
        to: 'Ann',
        type: 'error_report',
        payload: { message: 'My lamp is dark.' },
        ...inIt,
      });
      const open = await ask('Bob', 'Ann', 'Colour again?', inIt);
      await share(id, 'goal', 'sell');
      const summary = await home.call<Summary>('conversations.summary', { id });
      expect(summary.requests.counts).toEqual({ answered: 1, handled: 1, late: 1, failed: 1, open: 1 });
      expect(summary.requests.items.map((one) => [one.messageId, one.outcome])).toEqual([
        [open.id, 'open'],
        [told.id, 'handled'],
        [bad.id, 'failed'],
        [late.id, 'late'],
        [good.id, 'answered'],
      ]);
      expect(summary.openQuestions.map((one) => one.messageId)).toEqual([open.id]);
      expect(summary.errors.map((one) => one.error)).toEqual(['My lamp is dark.', 'I see no colour.']);
      expect(summary.knowledge).toMatchObject([
        { from: 'Bob', to: 'Cid', kind: 'fact', subject: 'Prices *rise*' },
      ]);
      const bob = summary.participants.find((one) => one.name === 'Bob');
      expect(bob).toMatchObject({ sent: 4, received: 2, answers: 2, meanAnswerMs: expect.any(Number) });
      expect(summary.participants.find((one) => one.name === 'Cid')?.meanAnswerMs).toBeNull();
      expect(summary.sharedKeys).toEqual(['goal']);
      expect(summary.method).toBe('Counted and quoted from all 8 messages; no language model was used.');
      expect(summary.markdown).toContain(
        '## Requests: 1 answered, 1 handled without an answer, 1 late, 1 failed, 1 open',
      );
      expect(summary.markdown).toContain('- Bob told Cid: Prices \\*rise\\* (fact)');
      expect(summary.markdown.endsWith(summary.method)).toBe(true);
    });

    it('says what a vote decided', async () => {
      const vote = await home.call<{ id: string }>('votes.open', {
        question: 'Ship it?',
        options: ['yes', 'no'],
        voters: ['Ann', 'Bob'],
        timeoutMs: 60_000,
      });
      const decisions = async () =>
        (await home.call<Summary>('conversations.summary', { id: `vote:${vote.id}` })).decisions;
      // The twin: while it is open nothing is decided.
      expect(await decisions()).toMatchObject([{ question: 'Ship it?', status: 'open', winner: null }]);
      for (const agentId of ['Ann', 'Bob'])
        await home.call('votes.cast', { id: vote.id, agentId, choice: 'yes' });
      const decided = await until(async () => {
        const [one] = await decisions();
        return one?.status !== 'open' && one;
      }, 'the decision');
      expect(decided).toMatchObject({ status: 'decided', winner: 'yes' });
    });

    it('joins a delegation with its answer', async () => {
      const files = await home.upload({
        'a.txt': 'Ada Brook pays 7 EUR on 3 May 2026. She wrote to Ben Hill.',
      });
      const task = await home.run({ goal: 'Write a brief', files });
      const { items } = await list();
      const own = items.find((one) => one.id === task.id);
      if (!own) throw new Error('the task has no conversation');
      const { requests } = await home.call<Summary>('conversations.summary', { id: task.id });
      expect(requests.items.length).toBeGreaterThan(0);
      expect(new Set(requests.items.map((one) => one.outcome))).toEqual(new Set(['answered']));
    });
  });

  describe('over HTTP', () => {
    let server: HttpServer;
    let key: string;
    beforeAll(async () => {
      server = await serveHttp(home.house, operations);
      key = (await home.call<{ key: string }>('keys.create', { name: 'Dora', role: 'operator' })).key;
    });
    afterAll(() => server?.close());
    const get = async (path: string) => {
      const answered = await fetch(`${server.url}/api/v1${path}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      return { status: answered.status, body: (await answered.json()) as Shown & ContextWindow }; // as asked for
    };

    it('finds ids with colons, slashes and spaces, encoded, and colons as they are', async () => {
      for (const id of ['team:a/b c?d#e', 'topic:news', 'vote:ü%41']) {
        const sent = await ask('Ann', 'Bob', `in ${id}`, { conversationId: id });
        const path = `/conversations/${encodeURIComponent(id)}`;
        expect((await get(path)).body.items.map((one) => one.id)).toEqual([sent.id]);
        expect((await get(`${path}/window`)).body.messageIds).toEqual([sent.id]);
      }
      expect((await get('/conversations/topic:news')).status).toBe(200);
      // The twin: nobody is answered for half an id.
      expect((await get('/conversations/topic')).status).toBe(404);
    });

    it('names the key of who wrote', async () => {
      const answered = await fetch(`${server.url}/api/v1/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          to: 'Cid',
          type: 'status_update',
          payload: { message: 'Hi' },
          conversationId: 'dora',
        }),
      });
      expect(answered.status).toBe(201);
      expect((await get('/conversations/dora')).body.conversation?.startedBy.name).toBe('Dora');
    });
  });

  it('keeps tenants apart under the same id', async () => {
    const other = await home.call<{ id: string }>('tenants.create', { name: 'other' });
    const as = { tenantId: other.id };
    expect(await refusal(home.call('conversations.get', { id: 's' }, as))).toBe('conversation/not-found');
    await home.call('agents.create', { name: 'Ann', executor: { kind: 'mailbox' } }, as);
    await send({ to: 'Ann', payload: { requestType: 'ask' }, conversationId: 's' }, as);
    const theirs = await home.call<Shown>('conversations.get', { id: 's' }, as);
    expect([theirs.items.length, theirs.context]).toEqual([1, []]);
    await share('s', 'plan', 'theirs', { expectedVersion: 0 }, as);
    expect((await show('s')).context.map((one) => one.key)).toEqual(['note']);
    const { items } = await home.call<{ items: Conversation[] }>('conversations.list', {}, as);
    expect(items.map((one) => one.id)).toEqual(['s']);
  });
});
