import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { createDoor } from '../../src/edge/http/app.ts';
import { operations } from '../../src/operations.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import type { Caller } from '../../src/platform/kernel/operation.ts';
import type { Task } from '../../src/tasks/task.ts';
import { spendApproval } from '../../src/workflows/approve.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

interface Approval {
  id: string;
  taskId: string;
  step: string;
  status: string;
  by: string[];
  inputHash: string;
  requestedBy: string;
  decidedBy: string | null;
  usedBy: string | null;
  mayDecide: boolean;
  escalatedAt: string | null;
}
type Person = Pick<Caller, 'tenantId' | 'actor' | 'role'>;

const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
  return [error.code, error.status];
};

const LONG = 'deadlineMs: 600000';

/** Steps that people must approve (issue 5), each with its twin. */
onEveryStore('approvals', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  const keys: Record<string, string> = {};
  const people: Record<string, Person> = {};
  const door = () => createDoor(home.house, operations);

  /** Somebody with a key. */
  const hire = async (name: string, role: string) => {
    const made = await home.call<{ key: string }>('keys.create', { name, role });
    keys[name] = made.key;
    people[name] = await home.house.access.authenticate({ key: made.key });
  };

  beforeAll(async () => {
    operator = await startScriptedOperator((order) => ({ output: { goal: order.goal, ...order.input } }));
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: operator.host } });
    await home.call<Agent>('agents.create', {
      name: 'Worker',
      capabilities: [{ name: 'do', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 8,
    });
    await hire('Ann', 'operator');
    await hire('Bob', 'operator');
    await hire('Cleo', 'admin');
    await hire('Vera', 'viewer');
  });
  afterAll(async () => {
    await home?.close();
    await operator?.close();
  });

  /** Starts a workflow of these steps for somebody; answers the task's id. */
  let saved = 0;
  const start = async (steps: string, who = 'Ann', input: object = {}) => {
    saved += 1;
    const name = `w${dialect}${saved}`;
    await home.call('workflows.save', { text: `name: ${name}\nsteps:\n${steps}` });
    const { id } = await home.call<{ id: string }>('tasks.submit', { workflow: name, input }, people[who]);
    return id;
  };
  /** The approvals of a task that are asked for now, once there are so many. */
  const asked = (taskId: string, count = 1) =>
    until(async () => {
      const { items } = await home.call<{ items: Approval[] }>('approvals.list', {
        taskId,
        status: 'pending',
      });
      return items.length === count && items;
    }, `${count} approvals`);
  const one = async (taskId: string) => (await asked(taskId))[0] as Approval;
  const decide = (id: string, who: string, more: object = {}) =>
    home.call<Approval>('approvals.decide', { id, decision: 'approved', ...more }, people[who]);

  const ASK = `  - {name: ok, approval: {ask: Pay it?, input: {amount: '{{input.amount}}'}, ${LONG}}}\n`;

  it('waits for somebody else, goes on with the decision as its output, and lets one step through', async () => {
    const id = await start(
      `${ASK}  - {name: pay, goal: pay, capability: do, input: {amount: '{{input.amount}}'}, approvedBy: ok}
  - {name: told, goal: 'by {{ok.output.by}}', capability: do, input: {comment: '{{ok.output.comment}}', saw: '{{ok.output.input.amount}}'}}`,
      'Ann',
      { amount: 70 },
    );
    const approval = await one(id);
    expect(approval).toMatchObject({ step: 'ok', requestedBy: `key:${people.Ann?.actor.id}` });
    expect(await decide(approval.id, 'Bob', { comment: 'Fine.' })).toMatchObject({
      status: 'approved',
      decidedBy: 'Bob',
    });
    const task = await home.ended(id);
    expect([task.status, task.result?.output]).toEqual([
      'completed',
      { goal: 'by Bob', comment: 'Fine.', saw: 70 },
    ]);
    expect(await home.call<Approval>('approvals.get', { id: approval.id })).toMatchObject({ usedBy: 'pay' });
    const events = (await home.events(id)).filter((event) => event.type.startsWith('approval.'));
    expect(events.map((event) => [event.type, event.data.decision, event.data.by])).toEqual([
      ['approval.requested', undefined, ['operator', 'admin', 'owner']],
      ['approval.decided', 'approved', 'Bob'],
    ]);
  });

  it('twin: a rejection fails the step and says who and why; a catch may go on', async () => {
    const id = await start(`${ASK}  - {name: pay, goal: pay, capability: do}`, 'Ann', { amount: 1 });
    await decide((await one(id)).id, 'Bob', { decision: 'rejected', comment: 'Too dear.' });
    const task = await home.ended(id);
    expect([task.status, task.stopReason]).toEqual(['failed', 'rejected']);
    expect(task.stopSentence).toContain('Bob rejected it: Too dear.');

    const caught = await start(
      `  - name: guard
    try: [{name: ok, approval: {ask: Sure?, ${LONG}}}]
    catch: [{name: sorry, goal: 'no: {{error.code}}', capability: do}]`,
    );
    await decide((await one(caught)).id, 'Bob', { decision: 'rejected' });
    expect((await home.ended(caught)).result?.output).toEqual({ goal: 'no: approval/rejected' });
  });

  describe('who decides', () => {
    it('never the one who asked, however they come in; allowRequester lets them', async () => {
      const id = await start(`${ASK}`, 'Cleo', { amount: 1 });
      const approval = await one(id);
      const own = ['approval/own-request', 403];
      expect(await refusal(decide(approval.id, 'Cleo'))).toEqual(own);
      // By a session that the key opened, and by one that a link of the key opened.
      const { session } = await home.house.access.signIn(keys.Cleo ?? '');
      people.session = await home.house.access.authenticate({ session });
      expect(people.session.actor.kind).toBe('session');
      expect(await refusal(decide(approval.id, 'session'))).toEqual(own);
      const link = await home.call<{ path: string }>('keys.signIn', {}, people.session);
      const byLink = await home.house.access.redeem(link.path.slice('/sign-in/'.length));
      people.link = await home.house.access.authenticate({ session: byLink.session });
      expect(await refusal(decide(approval.id, 'link'))).toEqual(own);
      // What such a session asks for is asked for by the key.
      const second = await one(await start(ASK, 'link', { amount: 1 }));
      expect(await refusal(decide(second.id, 'Cleo'))).toEqual(own);
      expect(await home.call('approvals.get', { id: approval.id })).toMatchObject({ status: 'pending' });
      await decide(approval.id, 'Ann');
      expect((await home.ended(id)).status).toBe('completed');

      const alone = await start(
        `  - {name: ok, approval: {ask: Sure?, allowRequester: true, ${LONG}}}`,
        'Ann',
      );
      await decide((await one(alone)).id, 'Ann');
      expect((await home.ended(alone)).result?.output).toMatchObject({ decision: 'approved', by: 'Ann' });
    });

    it('only those who are named: a role and those above it, or a key by its name', async () => {
      const id = await start(
        `  - {name: one, needs: [], approval: {ask: One?, by: [admin], ${LONG}}}
  - {name: two, needs: [], approval: {ask: Two?, by: [Bob], ${LONG}}}`,
      );
      const [two, first] = await asked(id, 2);
      const [admins, bobs] = first?.step === 'one' ? [first, two] : [two, first];
      expect(await refusal(decide(admins?.id ?? '', 'Bob'))).toEqual(['approval/not-asked', 403]);
      expect(await refusal(decide(bobs?.id ?? '', 'Cleo'))).toEqual(['approval/not-asked', 403]);
      expect(await refusal(decide(bobs?.id ?? '', 'Vera'))).toEqual(['auth/forbidden', 403]);
      const mine = async (who: string) =>
        (
          await home.call<{ items: Approval[] }>('approvals.list', { taskId: id, mine: true }, people[who])
        ).items.map((item) => [item.step, item.mayDecide]);
      expect(await mine('Ann')).toEqual([]); // she asked
      expect(await mine('Bob')).toEqual([['two', true]]);
      expect(await mine('Cleo')).toEqual([['one', true]]);
      expect(await mine('Vera')).toEqual([]);
      await decide(admins?.id ?? '', 'Cleo');
      await decide(bobs?.id ?? '', 'Bob');
      expect((await home.ended(id)).status).toBe('completed');
      // A key that is called like a role is no role.
      await hire('owner', 'operator');
      const owners = await one(await start(`  - {name: ok, approval: {ask: Sure?, by: [owner], ${LONG}}}`));
      expect(await refusal(decide(owners.id, 'owner'))).toEqual(['approval/not-asked', 403]);
    });

    it('one of two who decide at once; the other is told who did', async () => {
      const id = await start(ASK, 'Ann', { amount: 1 });
      const approval = await one(id);
      const said = await Promise.allSettled([
        decide(approval.id, 'Bob'),
        decide(approval.id, 'Cleo', { decision: 'rejected' }),
      ]);
      expect(said.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await refusal(decide(approval.id, 'Cleo'))).toEqual(['approval/decided', 409]);
      await home.ended(id);
      const decided = (await home.events(id)).filter((event) => event.type === 'approval.decided');
      expect(decided).toHaveLength(1);
    });

    it('and only of what they have seen', async () => {
      const approval = await one(await start(ASK, 'Ann', { amount: 5 }));
      const other = await one(await start(ASK, 'Ann', { amount: 6 }));
      const wrong = decide(approval.id, 'Bob', { inputHash: other.inputHash });
      expect(await refusal(wrong)).toEqual(['approval/changed', 409]);
      expect(await decide(approval.id, 'Bob', { inputHash: approval.inputHash })).toMatchObject({
        status: 'approved',
      });
    });
  });

  describe('what it lets through', () => {
    it('one step, once', async () => {
      const two = `  - {name: ok, approval: {ask: Sure?, input: {n: 1}, ${LONG}}}
  - {name: a, goal: a, capability: do, input: {n: 1}, approvedBy: ok}
  - {name: b, goal: b, capability: do, input: {n: 1}, approvedBy: ok}`;
      expect(await refusal(start(two))).toEqual(['workflow/invalid', 422]);
      // Whatever a document says, and whoever began first: the row itself serves one step.
      const id = await start(
        `  - {name: ok, approval: {ask: Sure?, input: {n: 1}, ${LONG}}}
  - {name: a, goal: a, capability: do, input: {n: 1}, approvedBy: ok}`,
      );
      const spend = (path: string, input = { n: 1 }) =>
        home.house.store.write(home.house.homeTenantId, (tx) => spendApproval(tx, id, 'ok', path, input));
      const approval = await one(id);
      expect(await refusal(spend('a'))).toEqual(['approval/missing', 409]);
      await decide(approval.id, 'Bob');
      await home.ended(id);
      expect(await refusal(spend('b'))).toEqual(['approval/used', 409]);
      expect(await refusal(spend('a', { n: 2 }))).toEqual(['approval/changed', 409]);
      await spend('a'); // another attempt of the same step
    });

    it('and nothing but the very input, whatever the order of its fields', async () => {
      const steps = (input: string) =>
        `  - {name: ok, approval: {ask: Sure?, input: {to: x, amount: 7}, ${LONG}}}
  - {name: pay, goal: pay changed, capability: do, input: ${input}, approvedBy: ok}`;
      const changed = await start(steps('{to: x, amount: 8}'));
      await decide((await one(changed)).id, 'Bob');
      const task = await home.ended(changed);
      expect([task.status, task.error?.code]).toEqual(['failed', 'approval/changed']);
      expect(operator.asked(({ goal }) => goal === 'pay changed')).toEqual([]);
      const same = await start(steps('{amount: 7, to: x}'));
      await decide((await one(same)).id, 'Bob');
      expect((await home.ended(same)).status).toBe('completed');
    });

    it('each item of a forEach asks for itself', async () => {
      const id = await start(
        `  - name: each
    forEach: input.items
    steps:
      - {name: ok, approval: {ask: 'Item {{item}}?', input: {n: '{{item}}'}, ${LONG}}}
      - {name: pay, goal: pay, capability: do, input: {n: '{{item}}'}, approvedBy: ok}
    output: '{{pay.output.n}}'`,
        'Ann',
        { items: [1, 2, 3] },
      );
      for (const approval of await asked(id, 3)) await decide(approval.id, 'Bob');
      expect((await home.ended(id)).result?.output).toEqual([1, 2, 3]);
    });
  });

  describe('in time', () => {
    it('a deadline asks others, once; then the step fails', async () => {
      const id = await start(
        '  - {name: ok, approval: {ask: Quick?, by: [Bob], deadlineMs: 50, escalate: {by: [admin], deadlineMs: 600000}}}',
      );
      const approval = await until(async () => {
        const [found] = await asked(id);
        return found?.escalatedAt ? found : undefined;
      }, 'the escalation');
      expect(approval.by).toEqual(['admin']);
      expect(await refusal(decide(approval.id, 'Bob'))).toEqual(['approval/not-asked', 403]);
      await decide(approval.id, 'Cleo');
      expect((await home.ended(id)).status).toBe('completed');

      const late = await start(
        '  - {name: ok, approval: {ask: Slow?, by: [Bob], deadlineMs: 30, escalate: {by: [admin], deadlineMs: 30}}}',
      );
      const task = await home.ended(late);
      expect([task.status, task.stopReason]).toEqual(['failed', 'deadline']);
      expect(task.stopSentence).toContain('Nobody decided in time: Slow?');
      const told = (await home.events(late)).filter((event) => event.type.startsWith('approval.'));
      expect(told.map((event) => event.type)).toEqual([
        'approval.requested',
        'approval.escalated',
        'approval.decided',
      ]);
      const { items } = await home.call<{ items: Approval[] }>('approvals.list', { taskId: late });
      expect(items).toMatchObject([{ status: 'expired', mayDecide: false }]);
      expect(await refusal(decide(items[0]?.id ?? '', 'Cleo'))).toEqual(['approval/expired', 409]);
    });

    it('what its task does not need any more is withdrawn', async () => {
      const id = await start(ASK, 'Ann', { amount: 1 });
      const approval = await one(id);
      await home.call('tasks.terminate', { id });
      expect(await refusal(decide(approval.id, 'Bob'))).toEqual(['approval/withdrawn', 409]);
      const none = '01890000-0000-7000-8000-000000000000';
      expect(await refusal(decide(none, 'Bob'))).toEqual(['approval/not-found', 404]);
    });

    it('a decision while the task is paused is kept, and taken when it is resumed', async () => {
      const id = await start(`${ASK}  - {name: after, goal: after, capability: do}`, 'Ann', { amount: 1 });
      const approval = await one(id);
      await home.call('tasks.pause', { id });
      await decide(approval.id, 'Bob');
      expect((await home.call<Task>('tasks.get', { id })).status).toBe('paused');
      await home.call('tasks.resume', { id });
      expect((await home.ended(id)).result?.output).toEqual({ goal: 'after' });
    });

    it('a house that was closed meanwhile goes on', async () => {
      const id = await start(`${ASK}  - {name: after, goal: after, capability: do}`, 'Ann', { amount: 1 });
      const approval = await one(id);
      const { database } = home;
      await home.house.close();
      home = { ...(await openTestHouse({ database, env: { CADRE_ALLOW_HOSTS: operator.host } })) };
      await decide(approval.id, 'Bob');
      expect((await home.ended(id)).result?.output).toEqual({ goal: 'after' });
    });
  });

  it('over HTTP: with a key; without one nobody is let in', async () => {
    const id = await start(ASK, 'Ann', { amount: 1 });
    const approval = await one(id);
    const http = door();
    http.listenOn(7200);
    const ask = (method: string, path: string, key?: string, body?: object) =>
      http.fetch(
        new Request(`http://127.0.0.1:7200/api/v1${path}`, {
          method,
          headers: {
            host: '127.0.0.1:7200',
            'content-type': 'application/json',
            ...(key && { authorization: `Bearer ${key}` }),
          },
          ...(body && { body: JSON.stringify(body) }),
        }),
      );
    const approve = { decision: 'approved' };
    expect((await ask('GET', '/approvals')).status).toBe(401);
    expect((await ask('GET', `/approvals/${approval.id}`)).status).toBe(401);
    expect((await ask('POST', `/approvals/${approval.id}`, undefined, approve)).status).toBe(401);
    expect((await ask('POST', `/approvals/${approval.id}`, keys.Vera, approve)).status).toBe(403);
    expect((await ask('POST', `/approvals/${approval.id}`, keys.Ann, approve)).status).toBe(403);
    expect((await ask('GET', '/approvals?mine=true&status=pending', keys.Bob)).status).toBe(200);
    expect((await ask('POST', `/approvals/${approval.id}`, keys.Bob, approve)).status).toBe(200);
    expect((await ask('POST', `/approvals/${approval.id}`, keys.Cleo, approve)).status).toBe(409);
    expect((await home.ended(id)).status).toBe('completed');
  });
});
