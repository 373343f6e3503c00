import { createHmac } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInbox } from '../../src/documents/inbox.ts';
import { HOOK_LIMIT_BYTES } from '../../src/edge/http/hooks.ts';
import { type HttpServer, serveHttp } from '../../src/edge/http/server.ts';
import { operations } from '../../src/operations.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { updateTrigger } from '../../src/platform/store/triggers.ts';
import type { Task } from '../../src/tasks/task.ts';
import { CHAIN_LIMIT, type Trigger } from '../../src/workflows/trigger.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

type Made = Trigger & { secret: string | null };

const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
  return error.code;
};

/** Webhooks, files and events that submit tasks: each once, bounded, and nothing for those who may not. */
onEveryStore('triggers', (dialect) => {
  let home: TestHouse;
  let server: HttpServer;

  beforeAll(async () => {
    home = await openTestHouse({ dialect, env: { CADRE_RATE_PER_SECOND: '0' } });
    server = await serveHttp(home.house, operations);
  });
  afterAll(async () => {
    await server?.close();
    await home?.close();
  });

  let made = 0;
  const create = (more: Record<string, unknown>): Promise<Made> => {
    made += 1;
    return home.call<Made>('triggers.create', {
      name: `trigger-${made}`,
      task: { goal: 'Say hello' },
      ...more,
    });
  };
  const show = (id: string) => home.call<Trigger>('triggers.get', { id });
  const tasksOf = async (id: string): Promise<Task[]> => {
    const rows = await home.house.store.readAll((tx) =>
      tx.db.selectFrom('task').select('id').where('created_by', '=', `trigger:${id}`).orderBy('id').execute(),
    );
    return Promise.all(rows.map((row) => home.call<Task>('tasks.get', row)));
  };
  const eventsOf = async (id: string, type: string) =>
    (await home.events()).filter((event) => event.type === type && event.data.triggerId === id);

  describe('webhooks', () => {
    const seconds = () => Math.floor(Date.now() / 1_000);
    const sign = (secret: string | null, body: string | Uint8Array, at = seconds()) =>
      `t=${at},v1=${createHmac('sha256', secret ?? '')
        .update(`${at}.`)
        .update(body)
        .digest('hex')}`;
    const deliver = async (
      id: string,
      body: string | Uint8Array<ArrayBuffer>,
      headers: Record<string, string>,
    ) => {
      const answer = await fetch(`${server.url}/hooks/${id}`, { method: 'POST', body, headers });
      const text = await answer.text();
      const told = JSON.parse(text) as { taskId?: string; code?: string; traceId?: string };
      return { status: answer.status, ...told };
    };
    const signed = (hook: Made, body: string | Uint8Array<ArrayBuffer>, more: Record<string, string> = {}) =>
      deliver(hook.id, body, { 'cadre-signature': sign(hook.secret, body), ...more });

    it('a signed delivery submits a task with its payload, and is an event', async () => {
      const hook = await create({ kind: 'webhook', task: { goal: 'Look at it', input: { from: 'shop' } } });
      expect(hook).toMatchObject({
        path: `/hooks/${hook.id}`,
        secret: expect.stringMatching(/^cadre_hook_/),
      });
      const body = JSON.stringify({ order: 7, text: 'naïve — “quoted”' });
      const answer = await signed(hook, body, { 'cadre-delivery': 'first' });
      expect(answer.status).toBe(202);
      const task = await home.call<Task>('tasks.get', { id: answer.taskId });
      expect(task).toMatchObject({
        goal: 'Look at it',
        createdBy: `trigger:${hook.id}`,
        input: { from: 'shop', payload: JSON.parse(body) },
      });
      expect(await eventsOf(hook.id, 'trigger.fired')).toMatchObject([
        { taskId: task.id, data: { depth: 1 } },
      ]);
      expect(await show(hook.id)).toMatchObject({ fired: 1, lastTaskId: task.id });
      expect(JSON.stringify(await show(hook.id))).not.toContain(hook.secret);
    });

    it('a workflow gets the payload as its input; one that is not there is refused when the trigger is made', async () => {
      const text = [
        'name: greet',
        'input: {type: object, properties: {payload: {type: object}}, required: [payload]}',
        'steps:',
        '  - name: nap',
        '    wait: {forMs: 1}',
        "output: {greeting: 'Hello {{input.payload.name}}'}",
      ].join('\n');
      await home.call('workflows.save', { text });
      const hook = await create({ kind: 'webhook', task: { workflow: 'greet' } });
      const { taskId = '' } = await signed(hook, '{"name":"Ada"}');
      const task = await home.ended(taskId);
      expect([task.status, task.result?.output]).toEqual(['completed', { greeting: 'Hello Ada' }]);
      const schedule = await home.call<{ id: string }>('schedules.create', {
        name: 'greeting',
        cron: '0 0 1 1 *',
        task: { workflow: 'greet', input: { payload: { name: 'Tom' } } },
      });
      const fired = await home.call<{ taskId: string }>('schedules.fire', { id: schedule.id });
      expect((await home.ended(fired.taskId)).result?.output).toEqual({ greeting: 'Hello Tom' });
      expect(await refusal(create({ kind: 'webhook', task: { workflow: 'nothing' } }))).toBe(
        'workflow/not-found',
      );
    });

    it('a body that is no object, or none, is a payload too', async () => {
      const hook = await create({ kind: 'webhook' });
      for (const [body, payload] of [
        ['', null],
        ['[1]', [1]],
      ] as const) {
        const { taskId } = await signed(hook, body);
        expect((await home.call<Task>('tasks.get', { id: taskId })).input).toEqual({ payload });
      }
    });

    it('wrong, missing, old and foreign signatures answer as an id that never was, and write nothing', async () => {
      const hook = await create({ kind: 'webhook' });
      const other = await create({ kind: 'webhook' });
      const body = '{"a":1}';
      // What tasks of the tests before took may be told at any time.
      const told = async () => (await home.events()).filter(({ type }) => type !== 'usage.compared').length;
      const before = await told();
      const bad: Array<[string, string | undefined]> = [
        [hook.id, undefined],
        [hook.id, ''],
        [hook.id, 't=1,v1=00'],
        [hook.id, sign(hook.secret, '{"a":2}')],
        [hook.id, sign(other.secret, body)],
        [hook.id, sign(hook.secret, body, seconds() - 301)],
        [hook.id, sign(hook.secret, body, seconds() + 302)],
        [hook.id, sign(hook.secret, body).replace('v1=', 'v0=')],
        [hook.id, `${sign(hook.secret, body)},v1=${'0'.repeat(64)}`],
        [newId(), sign(hook.secret, body)],
        [newId(), sign('nobody signs with this', body)],
        ['..%2f..%2fetc', sign(hook.secret, body)],
        ["x' or '1'='1", sign(hook.secret, body)],
      ];
      const answers = [];
      for (const [id, signature] of bad) {
        const { traceId: _traceId, ...answer } = await deliver(
          encodeURIComponent(id),
          body,
          signature === undefined ? {} : { 'cadre-signature': signature },
        );
        answers.push({ ...answer, instance: '' });
      }
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(answers[0]).toMatchObject({ status: 401, code: 'trigger/unsigned' });
      expect(await told()).toBe(before);
      expect(await show(hook.id)).toMatchObject({ fired: 0, refused: 0 });
      // The twin: the very same body, signed by whom may.
      expect((await signed(hook, body)).status).toBe(202);
    });

    it('the same delivery again is refused: the same bytes, and the same id signed anew', async () => {
      const hook = await create({ kind: 'webhook' });
      const at = seconds();
      const headers = { 'cadre-signature': sign(hook.secret, '{}', at), 'cadre-delivery': 'one' };
      expect((await deliver(hook.id, '{}', headers)).status).toBe(202);
      expect(await deliver(hook.id, '{}', headers)).toMatchObject({ status: 409, code: 'trigger/replayed' });
      const again = sign(hook.secret, '{}', at - 1);
      expect(
        await deliver(hook.id, '{}', { 'cadre-signature': again, 'cadre-delivery': 'one' }),
      ).toMatchObject({ status: 409 });
      expect(await tasksOf(hook.id)).toHaveLength(1);
      // The twin: another delivery.
      expect(
        (await deliver(hook.id, '{}', { 'cadre-signature': again, 'cadre-delivery': 'two' })).status,
      ).toBe(202);
    });

    it('twenty of the same at once are one task', async () => {
      const hook = await create({ kind: 'webhook' });
      const headers = { 'cadre-signature': sign(hook.secret, '{}') };
      const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(hook.id, '{}', headers)));
      expect(answers.map((answer) => answer.status).sort()).toEqual([202, ...Array(19).fill(409)]);
      expect(await tasksOf(hook.id)).toHaveLength(1);
    });

    it.each([
      ['no JSON', '{"a":', 400],
      ['a forbidden key', '{"__proto__":{"role":"owner"}}', 400],
      ['too deep', `${'['.repeat(200)}${']'.repeat(200)}`, 400],
      ['NUL', '{"a":"\\u0000"}', 422],
      ['half a character', '{"a":"\\ud800"}', 422],
      ['too large', `"${'x'.repeat(HOOK_LIMIT_BYTES)}"`, 413],
    ])('a hostile body is refused: %s', async (_what, body, status) => {
      const hook = await create({ kind: 'webhook' });
      expect((await signed(hook, body)).status).toBe(status);
      const bytes = new Uint8Array([0xff, 0xfe, 0x00]);
      expect((await signed(hook, bytes)).status).toBe(400);
      expect(await tasksOf(hook.id)).toEqual([]);
    });

    it('paused it says so to those who sign, and to nobody else', async () => {
      const hook = await create({ kind: 'webhook' });
      await home.call('triggers.pause', { id: hook.id });
      expect(await signed(hook, '{}')).toMatchObject({ status: 409, code: 'trigger/paused' });
      expect((await deliver(hook.id, '{}', {})).status).toBe(401);
      await home.call('triggers.resume', { id: hook.id });
      expect((await signed(hook, '{"n":2}')).status).toBe(202);
    });

    it('another secret ends the one before', async () => {
      const hook = await create({ kind: 'webhook' });
      const changed = await home.call<Made>('triggers.change', { id: hook.id, rotate: true });
      expect(changed.secret).not.toBe(hook.secret);
      expect((await signed(hook, '{}')).status).toBe(401);
      expect((await signed(changed, '{}')).status).toBe(202);
    });

    it('more than allowed in a minute are refused, told once, and may be sent again', async () => {
      const hook = await create({ kind: 'webhook', perMinute: 2 });
      const statuses = [];
      for (let number = 0; number < 5; number += 1)
        statuses.push((await signed(hook, `${number}`, { 'cadre-delivery': `d${number}` })).status);
      expect(statuses).toEqual([202, 202, 429, 429, 429]);
      expect(await show(hook.id)).toMatchObject({ fired: 2, refused: 3 });
      expect(await eventsOf(hook.id, 'trigger.refused')).toHaveLength(1);
      await home.call('triggers.change', { id: hook.id, perMinute: 100 });
      expect((await signed(hook, '2', { 'cadre-delivery': 'd2' })).status).toBe(202);
    });

    it('answers POST only, and needs no key for it', async () => {
      const hook = await create({ kind: 'webhook' });
      expect((await fetch(`${server.url}/hooks/${hook.id}`)).status).toBe(405);
    });

    it('stops when the key that made it is revoked; whoever resumes it answers for it', async () => {
      const key = await home.call<{ id: string; key: string }>('keys.create', { name: 'ops', role: 'admin' });
      const hook = await home.call<Made>(
        'triggers.create',
        { name: 'by-key', kind: 'webhook', task: { goal: 'x' } },
        { role: 'admin', actor: { kind: 'key', id: key.id, name: 'ops' } },
      );
      await home.call('keys.revoke', { id: key.id });
      expect(await signed(hook, '{}')).toMatchObject({ status: 409, code: 'trigger/key-revoked' });
      expect(await show(hook.id)).toMatchObject({ status: 'paused', fired: 0 });
      await home.call('triggers.resume', { id: hook.id });
      expect((await signed(hook, '{}')).status).toBe(202);
    });
  });

  describe('files', () => {
    const inboxOf = (trigger: Trigger) => join(home.database.folder, trigger.folder ?? '');
    const drop = async (trigger: Trigger, name: string, content: string | Uint8Array, at?: Date) => {
      const folder = await until(
        async () => existsSync(join(inboxOf(trigger), 'refused')) && inboxOf(trigger),
        'its folder',
      );
      const path = join(folder, name);
      writeFileSync(path, content);
      if (at) utimesSync(path, at, at);
      return path;
    };
    const gone = (path: string) => until(async () => !existsSync(path), `${path} to be moved`);

    it('a file that is dropped becomes a task with it, once, and lies in done/', async () => {
      const trigger = await create({ kind: 'file', task: { goal: 'Brief me on it' } });
      const path = await drop(trigger, 'notes – März.txt', 'Ada Brook met Tom Reed in Leeds.');
      await gone(path);
      expect(readdirSync(join(inboxOf(trigger), 'done'))).toEqual(['notes – März.txt']);
      const [task, ...more] = await tasksOf(trigger.id);
      expect(more).toEqual([]);
      const [file = ''] = task?.files ?? [];
      expect(await home.call('files.get', { id: file })).toMatchObject({ name: 'notes – März.txt' });
      expect(task?.input).toEqual({ file: { id: file, name: 'notes – März.txt' } });
      expect((await home.ended(task?.id ?? '')).status).toBe('completed');
    });

    it('after a crash between commit and move the file is only moved; the twin with another time is taken', async () => {
      const trigger = await create({ kind: 'file' });
      const at = new Date('2026-01-01T00:00:00Z');
      await gone(await drop(trigger, 'a.txt', 'The same content.', at));
      await gone(await drop(trigger, 'a.txt', 'The same content.', at)); // as it lay there before the move
      expect(await tasksOf(trigger.id)).toHaveLength(1);
      expect(readdirSync(join(inboxOf(trigger), 'done')).sort()).toEqual(['2-a.txt', 'a.txt']);
      await gone(await drop(trigger, 'a.txt', 'The same content.', new Date('2026-01-02T00:00:00Z')));
      expect(await tasksOf(trigger.id)).toHaveLength(2);
    });

    it('two processes that look at once take a file once', async () => {
      const trigger = await create({ kind: 'file' });
      const others = [1, 2].map(() =>
        createInbox(home.house, { home: home.database.folder, tenantId: home.house.homeTenantId }),
      );
      await Promise.all(others.map((inbox) => inbox.look()));
      const path = await drop(trigger, 'b.txt', 'Some words of a text.');
      for (let round = 0; round < 3; round += 1) await Promise.all(others.map((inbox) => inbox.look()));
      await gone(path);
      expect(await tasksOf(trigger.id)).toHaveLength(1);
    });

    it('a file that still grows is left alone', async () => {
      const trigger = await create({ kind: 'file' });
      await home.call('triggers.pause', { id: trigger.id }); // only the look of this test
      const folder = inboxOf(trigger);
      await home.call('triggers.resume', { id: trigger.id });
      const path = await drop(trigger, 'c.txt', 'one');
      const changed = new Set<string>();
      for (let round = 0; round < 5; round += 1) {
        writeFileSync(path, `one${' more'.repeat(round)}`);
        const inbox = createInbox(home.house, {
          home: home.database.folder,
          tenantId: home.house.homeTenantId,
        });
        await inbox.look(); // it has not seen the file before
        changed.add(readFileSync(path, 'utf8'));
      }
      expect([changed.size, await tasksOf(trigger.id)]).toEqual([5, []]);
      await gone(path); // now it is still
      expect(await tasksOf(trigger.id)).toHaveLength(1);
      expect(readFileSync(join(folder, 'done', 'c.txt'), 'utf8')).toBe('one more more more more');
    });

    it('links, foreign content and a task that cannot be submitted go to refused/ with the reason', async () => {
      const trigger = await create({ kind: 'file' });
      const secret = join(home.database.folder, 'secret.txt');
      writeFileSync(secret, 'kept apart');
      await drop(trigger, 'program.txt', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0]));
      const folder = inboxOf(trigger);
      symlinkSync(secret, join(folder, 'link.txt'));
      await gone(join(folder, 'program.txt'));
      await until(
        async () => existsSync(join(folder, 'refused', 'link.txt.reason.txt')),
        'the refusal of the link',
      );
      expect(readdirSync(join(folder, 'refused')).sort()).toEqual([
        'link.txt',
        'link.txt.reason.txt',
        'program.txt',
        'program.txt.reason.txt',
      ]);
      expect(readFileSync(join(folder, 'refused', 'link.txt.reason.txt'), 'utf8')).toContain('a link');
      expect(await tasksOf(trigger.id)).toEqual([]);
      const told = await until(async () => {
        const found = await eventsOf(trigger.id, 'trigger.refused');
        return found.length === 2 && found;
      }, 'both refusals');
      expect(told.map((event) => event.data.about).sort()).toEqual(['link.txt', 'program.txt']);
      await home.house.store.write(home.house.homeTenantId, (tx) =>
        updateTrigger(tx, trigger.id, {
          task: JSON.stringify({ goal: 'x', type: 'general', input: {}, files: [], agentId: 'gone' }),
        }),
      );
      await gone(await drop(trigger, 'd.txt', 'Some words.'));
      expect(readFileSync(join(folder, 'refused', 'd.txt.reason.txt'), 'utf8')).toContain('gone');
      const { items } = await home.call<{ items: Array<{ name: string }> }>('files.list', { limit: 200 });
      expect(items.map((file) => file.name)).not.toContain('d.txt'); // refused as a whole
    });

    it('a folder that is a link to another place is not looked into', async () => {
      const trigger = await create({ kind: 'file' });
      await drop(trigger, '.hidden', 'not taken');
      const folder = inboxOf(trigger);
      const elsewhere = join(home.database.folder, 'elsewhere');
      mkdirSync(elsewhere, { recursive: true });
      writeFileSync(join(elsewhere, 'mine.txt'), 'not for tasks');
      const inbox = createInbox(home.house, {
        home: home.database.folder,
        tenantId: home.house.homeTenantId,
      });
      rmSync(folder, { recursive: true });
      try {
        symlinkSync(elsewhere, folder);
      } catch {
        rmSync(folder, { recursive: true }); // the house made it anew just then
        symlinkSync(elsewhere, folder);
      }
      for (let round = 0; round < 3; round += 1) await inbox.look();
      expect([readdirSync(elsewhere), await tasksOf(trigger.id)]).toEqual([['mine.txt'], []]);
      rmSync(folder);
    });

    it.each(['../up', 'a/b', 'A', '.', '-x', 'done ', 'x'.repeat(64), newId(), ''])(
      'a name that would be another place is refused: %j',
      async (name) => {
        if (name === 'done ') return; // its space is cut, and it is a folder like any other
        expect(await refusal(create({ kind: 'file', name }))).toBe('request/invalid');
      },
    );

    it('files are taken for the tenant of the home only', async () => {
      const other = await home.call<{ id: string }>('tenants.create', { name: 'other' });
      expect(
        await refusal(
          home.call(
            'triggers.create',
            { name: 'x', kind: 'file', task: { goal: 'x' } },
            { tenantId: other.id },
          ),
        ),
      ).toBe('trigger/no-inbox');
    });
  });

  describe('events', () => {
    const emit = (type: string, data: object) => home.call('events.emit', { type, data });

    it('an event that the condition lets through submits a task with it, once; what came before does not', async () => {
      await emit('test.stock', { left: 1 });
      const trigger = await create({
        kind: 'event',
        eventType: 'agent.emitted',
        condition: 'event.data.name == "test.stock" && event.data.data.left < 5',
      });
      for (const left of [9, 3, 7, 2]) await emit('test.stock', { left });
      const tasks = await until(async () => {
        const found = await tasksOf(trigger.id);
        return found.length >= 2 && found;
      }, 'two tasks');
      const lefts = tasks.map(
        (task) => (task.input.event as { data: { data: { left: number } } }).data.data.left,
      );
      expect(lefts.sort()).toEqual([2, 3]);
      await emit('test.stock', { left: 0 });
      await until(async () => (await tasksOf(trigger.id)).length === 3, 'the third');
      expect(await show(trigger.id)).toMatchObject({ fired: 3, refused: 0 });
      await home.call('triggers.delete', { id: trigger.id });
    });

    it('a condition that cannot be asked is told as a refusal, and the log goes on', async () => {
      const trigger = await create({
        kind: 'event',
        eventType: 'agent.emitted',
        condition: 'event.data.no.where == 1',
      });
      await emit('test.odd', {});
      await until(async () => (await show(trigger.id)).refused > 0, 'the refusal');
      expect((await show(trigger.id)).lastError).toContain('event.data.no.where');
      await home.call('triggers.change', { id: trigger.id, condition: 'true' });
      await emit('test.odd', {});
      await until(async () => (await show(trigger.id)).fired === 1, 'the task');
      await home.call('triggers.delete', { id: trigger.id });
    });

    it('one that sets itself off ends after eight in a chain, and says so; its twin asks who submitted', async () => {
      const looping = await create({
        kind: 'event',
        eventType: 'task.submitted',
        condition: 'event.data.goal == "Round and round"',
        task: { goal: 'Round and round' },
      });
      const calm = await create({
        kind: 'event',
        eventType: 'task.submitted',
        condition: 'event.data.goal == "Start"',
        task: { goal: 'Once' },
      });
      await home.call('tasks.submit', { goal: 'Round and round' });
      await home.call('tasks.submit', { goal: 'Start' });
      await until(async () => (await show(looping.id)).refused === 1, 'the end of the chain');
      const fired = await until(async () => {
        const found = await eventsOf(looping.id, 'trigger.fired');
        return found.length === CHAIN_LIMIT && found;
      }, 'all links');
      expect(fired.map((event) => event.data.depth)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      const [told] = await until(async () => {
        const found = await eventsOf(looping.id, 'trigger.refused');
        return found.length === 1 && found;
      }, 'the refusal');
      expect(told?.data).toMatchObject({ code: 'trigger/chain' });
      await until(async () => (await show(calm.id)).fired === 1, 'the calm one');
      expect(await show(calm.id)).toMatchObject({ fired: 1, refused: 0 });
      for (const { id } of [looping, calm]) await home.call('triggers.delete', { id });
    });

    it('what comes while it rests, or while its key is revoked, submits nothing', async () => {
      const trigger = await create({ kind: 'event', eventType: 'agent.emitted' });
      await home.call('triggers.pause', { id: trigger.id });
      await emit('test.away', {});
      await home.call('triggers.resume', { id: trigger.id });
      await emit('test.back', {});
      const [task] = await until(async () => {
        const found = await tasksOf(trigger.id);
        return found.length > 0 && found;
      }, 'a task');
      expect(task?.input.event).toMatchObject({ data: { name: 'test.back' } });
      expect((await show(trigger.id)).fired).toBe(1);
      await home.call('triggers.delete', { id: trigger.id });
    });

    it.each([
      [{ kind: 'event', eventType: 'trigger.fired' }, 'trigger/event-refused'],
      [{ kind: 'event', eventType: 'message.*' }, 'trigger/event-refused'],
      [{ kind: 'event', eventType: 'moon.landed' }, 'trigger/event-refused'],
      [{ kind: 'event' }, 'trigger/event-refused'],
      [{ kind: 'webhook', eventType: 'task.settled' }, 'trigger/bad-kind'],
      [{ kind: 'file', condition: 'true' }, 'trigger/bad-kind'],
      [{ kind: 'webhook', task: { goal: 'x', files: ['gone'] } }, 'file/not-found'],
      [{ kind: 'mail' }, 'request/invalid'],
    ])('refused when it is made: %j', async (more, code) => {
      expect(await refusal(create(more))).toBe(code);
    });

    it('an operator makes none', async () => {
      const input = { name: 'x', kind: 'webhook', task: { goal: 'x' } };
      expect(await refusal(home.call('triggers.create', input, { role: 'operator' }))).toBe('auth/forbidden');
    });
  });
});
