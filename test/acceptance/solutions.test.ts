import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { GainView } from '../../src/coordination/solving/gain-view.ts';
import type { Solution } from '../../src/coordination/solving/solution.ts';
import type { Message } from '../../src/messages/message.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { selectRecords, selectTrails } from '../../src/platform/store/solutions.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { addTenant, createTestDatabase, onEveryStore } from '../support/stores.ts';

/**
 * Questions that several agents solve together (FEATURES TO-3, KG-2), through mailboxes, HTTP and built-in agents:
 * asked once, answers on a board, one answer of many, judged, and compared with the best single agent; with twins.
 */
onEveryStore('solving together', (dialect) => {
  let home: TestHouse;
  let receiver: Receiver;
  /** What each agent over HTTP answers. */
  const says: Record<string, Record<string, unknown>> = {
    Cheap: { answer: 'billing', confidence: 0.6, evidence: 'It speaks of a charge.', costUsd: 0.01 },
    Middle: { answer: 'Billing.', costUsd: 0.02 },
    Dear: { answer: 'sales', costUsd: 0.2 },
    Odd: { answer: 'the weather', costUsd: 0.001 },
    Mute: { answer: null },
    Free1: { answer: 'The Hague' },
    Free2: { answer: ' the  hague. ' },
    Free3: { answer: 'Amsterdam' },
  };
  const ids: Record<string, string> = {};
  const options = ['billing', 'technical', 'sales'];

  beforeAll(async () => {
    receiver = await startReceiver(async ({ agent }) => ({
      reply: { payload: { requestType: 'solve', data: says[agent.name] } },
    }));
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: receiver.host } });
    const create = (name: string, executor: object, more: object = {}) =>
      home.call('agents.create', { name, executor, ...more });
    for (const name of Object.keys(says)) {
      const price = says[name]?.costUsd;
      await create(
        name,
        { kind: 'http', url: receiver.url },
        {
          capabilities: [{ name: 'triage', confidence: 0.8 }],
          ...(price !== undefined && { metadata: { costUsd: String(price) } }),
        },
      );
    }
    for (const name of ['Ann', 'Bob']) await create(name, { kind: 'mailbox' });
    await create('Stance', { kind: 'local' }, { metadata: { stance: 'technical' } });
    await create('Blank', { kind: 'local' });
    await create(
      'Classifier',
      { kind: 'local' },
      { capabilities: [{ name: 'documents.analyze', confidence: 0.7 }] },
    );
    const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 100 });
    for (const agent of items) ids[agent.name] = agent.id;
  });
  afterAll(async () => {
    await home?.close();
    await receiver?.close();
  });

  const start = (agents: string[], more: object = {}) =>
    home.call<Solution>('solutions.start', {
      question: `Which queue? ${newId()}`,
      options,
      agents,
      type: 'triage',
      capability: 'triage',
      timeoutMs: 60_000,
      ...more,
    });
  const show = (id: string) => home.call<Solution>('solutions.get', { id });
  const ended = ({ id }: { id: string }) =>
    until(
      async () => {
        const solution = await show(id);
        return solution.status !== 'open' && solution;
      },
      `the end of the solution ${id}`,
      90_000,
    );
  const solve = async (agents: string[], more: object = {}) => ended(await start(agents, more));
  const entry = (solution: Solution, name: string) => solution.entries.find((one) => one.name === name);
  const judge = (id: string, outcome: object) =>
    home.call<Solution>('solutions.judge', { id, source: 'label', ...outcome });
  const records = (type: string) =>
    home.house.store.read(home.house.homeTenantId, (tx) => selectRecords(tx, type, Object.values(ids)));
  const trails = (type: string) =>
    home.house.store.read(home.house.homeTenantId, (tx) => selectTrails(tx, type, 64));
  const lettersOf = ({ question }: Solution) => receiver.about(question);
  /** The data with which an agent was asked. */
  const askedWith = (solution: Solution, name: string) => {
    const letter = lettersOf(solution).find(({ agent }) => agent.name === name);
    const payload = letter?.message.payload as { data?: Record<string, unknown> } | undefined; // ours
    return payload?.data;
  };
  const refusal = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
    return error.code;
  };
  /** The message of a solution in the mailbox of an agent that takes its messages itself. */
  const taken = (solution: Solution, name: string) =>
    until(async () => {
      const { messages } = await home.call<{ messages: Message[] }>('agents.take', {
        id: ids[name],
        limit: 100,
      });
      const own = messages.find((one) => one.subject === solution.question);
      for (const one of messages.filter((other) => other !== own))
        await home.call('messages.ack', { id: one.id });
      return own;
    }, `the question in the mailbox of ${name}`);
  const reply = (message: Message, data: object) =>
    home.call('messages.ack', { id: message.id, reply: { payload: { requestType: 'solve', data } } });

  describe('a vote', () => {
    it('asks everybody at once without the board, and takes the likeliest answer', async () => {
      const solution = await solve(['Cheap', 'Middle', 'Dear'], { method: 'vote' });
      expect(solution).toMatchObject({
        status: 'solved',
        answer: 'billing',
        reason: null,
        board: 'hidden',
        spared: [],
        outcome: null,
        costUsd: expect.closeTo(0.23, 9),
        measuringUsd: 0,
      });
      expect([...solution.asked].sort()).toEqual(['Cheap', 'Dear', 'Middle']);
      // p = (1 + 3·0.8)/5 = 0.68 for each: two of them against one.
      const odds = (2 * 0.68) / 0.32;
      expect(solution.posterior.map((one) => [one.option, one.answers])).toEqual([
        ['billing', 2],
        ['sales', 1],
        ['technical', 0],
      ]);
      expect(solution.posterior[0]?.probability).toBeCloseTo(odds ** 2 / (odds ** 2 + odds + 1), 9);
      for (const name of solution.asked) expect(askedWith(solution, name)?.board).toEqual([]);
      expect(solution.entries.every((one) => one.saw === 0)).toBe(true);
      expect(entry(solution, 'Cheap')).toMatchObject({ confidence: 0.6, evidence: 'It speaks of a charge.' });
    });

    it('twin: it cannot be told to show the board', async () => {
      for (const method of ['vote', 'majority', 'best'])
        expect(await refusal(start(['Cheap', 'Dear'], { method, board: 'shown' }))).toBe('request/invalid');
    });
  });

  describe('a cascade', () => {
    it('asks the cheapest first, and stops when it is sure', async () => {
      const solution = await solve(['Dear', 'Middle', 'Cheap']);
      expect(solution).toMatchObject({
        method: 'cascade',
        board: 'hidden',
        status: 'solved',
        answer: 'billing',
        asked: ['Cheap', 'Middle'],
        spared: ['Dear'],
        costUsd: expect.closeTo(0.03, 9),
      });
      expect(solution.sentence).toContain('1 not needed');
      expect(lettersOf(solution).map(({ agent }) => agent.name)).toEqual(['Cheap', 'Middle']);
      expect(askedWith(solution, 'Middle')?.board).toEqual([]);
    });

    it('twin: at a higher threshold everybody is asked, and it says that it was not reached', async () => {
      const solution = await solve(['Dear', 'Middle', 'Cheap'], { threshold: 0.99 });
      expect(solution.asked).toEqual(['Cheap', 'Middle', 'Dear']);
      expect(solution.sentence).toContain('the threshold of 0.99 was not reached');
    });

    it('with the board shown: who is asked later sees it, and counts less where it follows', async () => {
      const solution = await solve(['Dear', 'Middle', 'Cheap'], { board: 'shown' });
      // The second one said the same, which it may have copied: the third is asked too.
      expect(solution).toMatchObject({ answer: 'billing', asked: ['Cheap', 'Middle', 'Dear'] });
      const said = expect.objectContaining({
        agent: 'Cheap',
        answer: 'billing',
        evidence: 'It speaks of a charge.',
        weight: expect.any(Number),
      });
      expect(askedWith(solution, 'Cheap')?.board).toEqual([]);
      expect(askedWith(solution, 'Middle')?.board).toEqual([said]);
      expect(askedWith(solution, 'Dear')?.board).toEqual([
        said,
        expect.objectContaining({ agent: 'Middle' }),
      ]);
      expect(solution.entries.map((one) => [one.saw, one.follows])).toEqual([
        [0, false],
        [1, true],
        [2, false],
      ]);
    });

    it('measured, asks the others for the record only, and not with the board', async () => {
      const solution = await solve(['Dear', 'Middle', 'Cheap'], { measure: true, type: 'measured' });
      expect(solution.spared).toEqual(['Dear']);
      expect(entry(solution, 'Dear')).toMatchObject({
        status: 'answered',
        counts: false,
        answer: 'sales',
        saw: 0,
      });
      expect(solution).toMatchObject({
        costUsd: expect.closeTo(0.03, 9),
        measuringUsd: expect.closeTo(0.2, 9),
      });
      expect(solution.posterior.find((one) => one.option === 'sales')?.answers).toBe(0);
    });
  });

  describe('who does not answer', () => {
    it('does not stop the others', async () => {
      const begun = await start(['Ann', 'Bob', 'Cheap'], { method: 'vote', timeoutMs: 1_500 });
      await reply(await taken(begun, 'Bob'), { answer: 'billing' });
      const solution = await ended(begun);
      expect(solution).toMatchObject({ status: 'solved', answer: 'billing' });
      expect(solution.entries.map((one) => [one.name, one.status]).sort()).toEqual([
        ['Ann', 'timeout'],
        ['Bob', 'answered'],
        ['Cheap', 'answered'],
      ]);
    });

    it('twin: when nobody answers it fails and says why', async () => {
      const solution = await solve(['Ann', 'Bob'], { method: 'vote', timeoutMs: 500 });
      expect(solution).toMatchObject({
        status: 'failed',
        reason: 'nobody-answered',
        answer: null,
        posterior: [],
      });
      expect(solution.sentence).toContain('nobody gave an answer that counts');
      const declined = await solve(['Mute', 'Blank'], { method: 'majority' });
      expect(declined.reason).toBe('nobody-answered');
      expect(declined.entries.map((one) => one.status)).toEqual(['abstained', 'abstained']);
    });

    it('in a cascade is passed over; late answers change nothing', async () => {
      const begun = await start(['Ann', 'Dear'], { timeoutMs: 900 });
      const message = await taken(begun, 'Ann');
      const solution = await ended(begun);
      expect(solution).toMatchObject({ status: 'solved', answer: 'sales', asked: ['Ann', 'Dear'] });
      await reply(message, { answer: 'billing' }).catch(() => undefined); // its time is over
      expect(await show(begun.id)).toEqual(solution);
      expect(entry(solution, 'Ann')).toMatchObject({ status: 'timeout', answer: null });
    });

    it('answers what is no option: it stands on the board and does not count', async () => {
      const solution = await solve(['Odd', 'Dear'], { method: 'vote', type: 'odd' });
      expect(solution).toMatchObject({ answer: 'sales' });
      expect(entry(solution, 'Odd')).toMatchObject({
        status: 'unusable',
        answer: 'the weather',
        error: 'its answer is no option',
      });
      const alone = await solve(['Odd'], { method: 'best' });
      expect(alone).toMatchObject({ status: 'failed', reason: 'nobody-answered' });
      await judge(solution.id, { answer: 'sales' });
      expect(entry(await show(solution.id), 'Odd')?.correct).toBe(false);
    });
  });

  it('best asks the one that is right most often, and the next one only when it gives no answer', async () => {
    const type = `best.${newId()}`;
    const first = await solve(['Cheap', 'Dear'], { method: 'vote', type });
    await judge(first.id, { answer: 'sales' });
    const second = await solve(['Cheap', 'Dear', 'Mute'], { method: 'best', type });
    expect(second).toMatchObject({ answer: 'sales', asked: ['Dear'], spared: ['Mute', 'Cheap'] });
  });

  it('free answers are grouped in their plain form', async () => {
    const solution = await solve(['Free1', 'Free2', 'Free3'], { method: 'vote', options: undefined });
    expect(solution).toMatchObject({ answer: 'the hague', options: null });
    expect(solution.posterior.map((one) => [one.option, one.answers])).toEqual([
      ['the hague', 2],
      ['amsterdam', 1],
    ]);
  });

  it('below the floor there is no answer', async () => {
    const sure = await solve(['Cheap', 'Middle'], { method: 'vote', floor: 0.8 });
    expect(sure.status).toBe('solved');
    const unsure = await solve(['Cheap'], { method: 'vote', floor: 0.95, type: 'floor' });
    expect(unsure).toMatchObject({ status: 'failed', reason: 'too-unsure' });
  });

  describe('built-in agents', () => {
    it('answer by their stance, or say which sort of document a text is', async () => {
      const stance = await solve(['Stance', 'Blank'], { method: 'vote' });
      expect(stance.answer).toBe('technical');
      const text =
        'TAX INVOICE\nInvoice number: 4711\nBill to: Ada Ltd\nAmount due: 120.00 EUR\nPayment terms: net 30';
      const sort = await solve(['Classifier'], {
        method: 'best',
        question: 'What is this?',
        options: ['letter', 'invoice', 'minutes'],
        input: { text },
      });
      expect(sort).toMatchObject({ status: 'solved', answer: 'invoice' });
    });

    it('twin: where the text is none of the options, or there is none, they abstain', async () => {
      const none = await solve(['Classifier'], {
        method: 'best',
        question: 'What is this?',
        options: ['a poem', 'a riddle'],
        input: { text: 'TAX INVOICE\nInvoice number: 4711\nBill to: Ada Ltd\nAmount due: 120.00 EUR' },
      });
      expect(none).toMatchObject({ status: 'failed', reason: 'nobody-answered' });
      expect(none.entries[0]?.status).toBe('abstained');
    });
  });

  describe('a judgement', () => {
    it('is booked for everybody who answered, and for their set; the same again changes nothing', async () => {
      const type = `judged.${newId()}`;
      const solution = await solve(['Cheap', 'Middle', 'Dear', 'Mute'], { method: 'vote', type });
      const judged = await judge(solution.id, { answer: 'Billing' });
      expect(judged.outcome).toMatchObject({
        correct: true,
        answer: 'billing',
        source: 'label',
        by: 'a test',
      });
      const booked = async () =>
        Object.fromEntries((await records(type)).map((one) => [one.agent_id, [one.succeeded, one.failed]]));
      const expected = { [ids.Cheap ?? '']: [1, 0], [ids.Middle ?? '']: [1, 0], [ids.Dear ?? '']: [0, 1] };
      expect(await booked()).toEqual(expected);
      const [trail] = await trails(type);
      const took = Date.parse(solution.closedAt ?? '') - Date.parse(solution.createdAt);
      expect(trail?.members.split(' ').sort()).toEqual([ids.Cheap, ids.Middle, ids.Dear].sort());
      expect(trail?.score).toBeCloseTo(0.5 + 0.5 / (1 + took / 2_000), 9);
      await judge(solution.id, { answer: 'billing' });
      await judge(solution.id, { answer: ' BILLING ', source: 'another' });
      expect(await booked()).toEqual(expected);
      expect((await trails(type)).map((one) => one.times)).toEqual([1]);
      // The next question knows both.
      const next = await solve(['Cheap', 'Dear'], { method: 'vote', type });
      expect(entry(next, 'Cheap')).toMatchObject({ expected: expect.closeTo(4.4 / 6, 9), mark: 1 });
      expect(entry(next, 'Dear')?.expected).toBeCloseTo(3.4 / 6, 9);
    });

    it('is corrected to the letter by another one, and the log has both', async () => {
      const type = `corrected.${newId()}`;
      const solution = await solve(['Cheap', 'Dear'], { method: 'vote', type });
      await judge(solution.id, { answer: 'billing' });
      await judge(solution.id, { answer: 'sales' });
      const booked = (await records(type)).map((one) => [one.agent_id, one.succeeded, one.failed]);
      expect(booked.sort()).toEqual(
        [
          [ids.Cheap, 0, 1],
          [ids.Dear, 1, 0],
        ].sort(),
      );
      expect((await trails(type)).map((one) => one.times)).toEqual([1]);
      const types = await until(async () => {
        const facts = (await home.events()).filter((event) => event.data.solutionId === solution.id);
        return facts.length >= 6 && facts;
      }, 'six facts');
      expect(types.map((event) => event.type)).toEqual([
        'solution.started',
        'solution.answered',
        'solution.answered',
        'solution.closed',
        'solution.judged',
        'solution.judged',
      ]);
      expect(types.slice(-2).map((event) => event.data.corrected)).toEqual([false, true]);
    });

    it('of the answer alone says no more than it knows', async () => {
      const type = `alone.${newId()}`;
      const solution = await solve(['Cheap', 'Middle', 'Dear'], { method: 'vote', type });
      const judged = await judge(solution.id, { correct: false });
      expect(judged.outcome).toMatchObject({ correct: false, answer: null });
      expect(judged.entries.map((one) => [one.name, one.correct]).sort()).toEqual([
        ['Cheap', false],
        ['Dear', null],
        ['Middle', false],
      ]);
    });

    it('made by many at once is booked once', async () => {
      const type = `race.${newId()}`;
      const solution = await solve(['Cheap', 'Dear'], { method: 'vote', type });
      await Promise.all(Array.from({ length: 8 }, () => judge(solution.id, { answer: 'sales' })));
      expect((await records(type)).map((one) => one.succeeded + one.failed)).toEqual([1, 1]);
      expect((await trails(type)).map((one) => one.times)).toEqual([1]);
    });

    it('twin: refused while the solution is open, without sense, and where there was no answer', async () => {
      const open = await start(['Ann'], { timeoutMs: 700 });
      expect(await refusal(judge(open.id, { answer: 'sales' }))).toBe('solution/open');
      const failed = await ended(open);
      expect(await refusal(judge(failed.id, { correct: true }))).toBe('solution/bad-outcome');
      expect(await refusal(judge(failed.id, {}))).toBe('solution/bad-outcome');
      expect(await refusal(judge(failed.id, { correct: true, answer: 'sales' }))).toBe(
        'solution/bad-outcome',
      );
      expect(await refusal(judge(failed.id, { answer: 'weather' }))).toBe('solution/bad-outcome');
      expect(await refusal(judge(newId(), { correct: true }))).toBe('solution/not-found');
      expect((await show(failed.id)).outcome).toBeNull();
    });
  });

  describe('the gain', () => {
    it('is shown as a loss when the team loses', async () => {
      const type = `loss.${newId()}`;
      // Two that are always wrong outvote the one that is right: a majority does not learn.
      const tasks = Array.from({ length: 16 }, () =>
        solve(['Cheap', 'Middle', 'Dear'], { method: 'majority', type }),
      );
      for (const solution of await Promise.all(tasks)) await judge(solution.id, { answer: 'sales' });
      const gain = await home.call<GainView>('solutions.gain', { type });
      expect(gain).toMatchObject({
        verdict: 'loss',
        tasks: 16,
        choosingTasks: 8,
        team: { right: 0, n: 16, messages: 6, costUsd: expect.closeTo(0.23, 9) },
        best: { name: 'Dear', right: 8, n: 8, chosenBy: { n: 8 }, costUsd: expect.closeTo(0.2, 9) },
        gain: { value: -1, n: 8, onlyTeam: 0, onlySingle: 8 },
      });
      expect(gain.gain.high).toBeLessThan(0);
      expect(gain.sentence).toContain('The team loses: 0.0 % against 100.0 % of Dear');
      // The log-odds vote learns from the same record: it follows the one that is right.
      const learned = await solve(['Cheap', 'Middle', 'Dear'], { method: 'vote', type });
      expect(learned.answer).toBe('sales');
    });

    it('is unmeasured where nothing was judged', async () => {
      expect(await home.call<GainView>('solutions.gain', { type: newId() })).toMatchObject({
        verdict: 'unmeasured',
        best: null,
        gain: { value: null },
      });
    });
  });

  it('refuses what makes no sense', async () => {
    expect(await refusal(start([newId()]))).toBe('agent/not-found');
    expect(await refusal(start(['Ann'], { teamId: newId() }))).toBe('request/invalid');
    expect(await refusal(start(['Ann'], { agents: undefined, teamId: newId() }))).toBe('team/not-found');
    expect(await refusal(start(['Ann'], { agents: undefined, capability: 'nobody.can' }))).toBe(
      'solution/nobody',
    );
    expect(await refusal(start(['Ann'], { options: ['a', 'a'] }))).toBe('request/invalid');
    expect(await refusal(start(['Ann'], { input: { text: 'x'.repeat(60_000) } }))).toBe('request/invalid');
    // Without agents: who offers the capability and can be reached.
    const all = await solve([], { agents: undefined, method: 'vote' });
    expect(Object.keys(says)).toEqual(expect.arrayContaining(all.entries.map((one) => one.name)));
    expect(all.status).toBe('solved');
  });

  it('belongs to its tenant', async () => {
    const solution = await solve(['Cheap'], { method: 'vote', type: 'isolated' });
    await judge(solution.id, { answer: 'billing' });
    const tenantId = await addTenant(home.house.store, newId());
    const other = <T>(name: string, input: object) => home.call<T>(name, input, { tenantId });
    expect(await refusal(other('solutions.get', { id: solution.id }))).toBe('solution/not-found');
    expect(await refusal(other('solutions.judge', { id: solution.id, correct: true }))).toBe(
      'solution/not-found',
    );
    expect(await other<{ items: unknown[] }>('solutions.list', {})).toMatchObject({ items: [] });
    expect(await other<GainView>('solutions.gain', { type: 'isolated' })).toMatchObject({
      tasks: 0,
      agents: [],
    });
    expect(await refusal(other('solutions.start', { question: 'Hm?', agents: ['Cheap'] }))).toBe(
      'agent/not-found',
    );
  });
});

onEveryStore('a solution over a restart', (dialect) => {
  it('goes on after the last answer on the board: nobody is asked twice', async () => {
    const database = await createTestDatabase(dialect);
    const receiver = await startReceiver(async () => ({
      reply: { payload: { requestType: 'solve', data: { answer: 'yes' } } },
    }));
    const env = { CADRE_ALLOW_HOSTS: receiver.host };
    try {
      const first = await openTestHouse({ database, env });
      const http = { kind: 'http', url: receiver.url };
      await first.call('agents.create', { name: 'First', executor: http });
      await first.call('agents.create', {
        name: 'Slow',
        executor: { kind: 'mailbox' },
        metadata: { costUsd: '1' },
      });
      await first.call('agents.create', { name: 'Last', executor: http, metadata: { costUsd: '2' } });
      const { id } = await first.call<Solution>('solutions.start', {
        question: 'Still there?',
        options: ['yes', 'no'],
        agents: ['Last', 'Slow', 'First'],
        threshold: 0.99,
        timeoutMs: 60_000,
      });
      const showFirst = () => first.call<Solution>('solutions.get', { id });
      await until(
        async () => (await showFirst()).entries[1]?.status === 'asked',
        'the second one being asked',
      );
      await first.close();
      const second = await openTestHouse({ database, env });
      const { items } = await second.call<{ items: Agent[] }>('agents.list', { limit: 100 });
      const slow = items.find((agent) => agent.name === 'Slow');
      const { messages } = await second.call<{ messages: Message[] }>('agents.take', {
        id: slow?.id,
        waitMs: 5_000,
      });
      expect(messages).toHaveLength(1);
      await second.call('messages.ack', {
        id: messages[0]?.id,
        reply: { payload: { requestType: 'solve', data: { answer: 'no' } } },
      });
      const end = await until(async () => {
        const solution = await second.call<Solution>('solutions.get', { id });
        return solution.status !== 'open' && solution;
      }, 'the end of the solution');
      expect(end.entries.map((one) => [one.name, one.answer])).toEqual([
        ['First', 'yes'],
        ['Slow', 'no'],
        ['Last', 'yes'],
      ]);
      expect(receiver.letters.map(({ agent }) => agent.name)).toEqual(['First', 'Last']);
      expect(end).toMatchObject({ status: 'solved', answer: 'yes' });
      await second.close();
    } finally {
      await receiver.close();
      await database.drop();
    }
  });
});
