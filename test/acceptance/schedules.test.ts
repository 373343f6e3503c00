import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/platform/kernel/clock.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { silentLog } from '../../src/platform/kernel/log.ts';
import type { Caller } from '../../src/platform/kernel/operation.ts';
import { insertKey, revokeKey } from '../../src/platform/store/access.ts';
import { selectNow } from '../../src/platform/store/now.ts';
import { selectFires, selectSchedule, updateSchedule } from '../../src/platform/store/schedules.ts';
import { endTask, selectTask } from '../../src/platform/store/tasks.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { scheduleOperations } from '../../src/workflows/schedule-operations.ts';
import { createSchedule } from '../../src/workflows/schedule-save.ts';
import { fireAll } from '../../src/workflows/watch.ts';
import { workflowsAhead } from '../../src/workflows/work-ahead.ts';
import { createTestEngine, until } from '../support/engine.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

interface Schedule {
  id: string;
  status: string;
  statusReason: string | null;
  nextAt: string | null;
  fired: number;
  missed: number;
  lastTaskId: string | null;
  lastError: string | null;
  role: string;
  next: Array<{ local: string; utc: string }>;
}

/**
 * Schedules (GUARANTEES P19, P13): each time once, whatever crashes, how many processes watch and what the clock does;
 * the policy for times that passed; who answers for them. The database's clock is moved, nothing waits for real.
 */
onEveryStore('schedules', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let needs: Parameters<typeof fireAll>[0];
  let tenantId: string;
  let offset = 0;

  /** Opens the database at a later hour; what was opened before is closed: Cadre was away. */
  const travel = async (ms: number) => {
    await store?.close();
    offset += ms;
    store = await database.open(offset);
    const { bus, events, runs } = createTestEngine(store);
    needs = {
      store,
      events,
      runs,
      clock: systemClock,
      log: silentLog,
      ...workflowsAhead,
      handOverAtOnce: async () => false,
    };
    return { bus, events, runs };
  };

  beforeEach(async () => {
    database = await createTestDatabase(dialect);
    offset = 0;
    store = undefined as never; // opened next
    await travel(0);
    // The times of tests are whole hours away from a border, so that none passes by itself.
    const now = await store.readAll(selectNow);
    await travel(HOUR - (now % HOUR) + 100);
    tenantId = await addTenant(store);
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  const as = (more: Partial<Caller> = {}): Caller => ({
    tenantId,
    actor: { kind: 'system', id: 'test', name: 'a test' },
    role: 'owner',
    traceId: 't',
    signal: new AbortController().signal,
    ...more,
  });
  const call = async <T = Schedule>(name: string, input: unknown, caller = as()): Promise<T> => {
    const operation = scheduleOperations.find((one) => one.name === `schedules.${name}`);
    return (await operation?.run(needs as never, caller, input)) as T; // the test names the type it expects
  };
  const create = (more: object = {}, caller = as()) =>
    call('create', { name: 'tick', cron: '*/10 * * * *', task: { goal: 'Say hello' }, ...more }, caller);
  const fires = async (id: string) =>
    (await store.read(tenantId, (tx) => selectFires(tx, { scheduleId: id, limit: 1_000 }))).reverse();
  const submitted = async (id: string) =>
    (await fires(id)).filter((fire) => fire.outcome === 'submitted').map((fire) => fire.due_at);
  const tasks = async () =>
    Number(
      (
        await store.readAll((tx) =>
          tx.db
            .selectFrom('task')
            .select(({ fn }) => fn.countAll().as('count'))
            .executeTakeFirstOrThrow(),
        )
      ).count,
    );
  const refusal = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
    return error.code;
  };
  const fireUntilDone = async (guards = { once: true }) => {
    while ((await fireAll(needs, guards)).found > 0);
  };

  describe('one schedule', () => {
    it('fires at its time: the task, its run, the fire and the event commit together', async () => {
      const schedule = await create();
      await fireAll(needs);
      expect([await fires(schedule.id), await tasks()]).toEqual([[], 0]); // not before its time
      await travel(10 * MINUTE);
      await fireAll(needs);
      const [fire] = await fires(schedule.id);
      expect(fire).toMatchObject({
        outcome: 'submitted',
        due_at: Date.parse(schedule.nextAt ?? ''),
        by_hand: 0,
      });
      const task = await store.read(tenantId, (tx) => selectTask(tx, fire?.task_id ?? ''));
      expect(task).toMatchObject({ goal: 'Say hello', created_by: `schedule:${schedule.id}` });
      const after = await call('get', { id: 'tick' });
      expect(after).toMatchObject({ fired: 1, missed: 0, lastTaskId: fire?.task_id });
      expect(Date.parse(after.nextAt ?? '')).toBe((fire?.due_at ?? 0) + 10 * MINUTE);
    });

    it('shows its next five times in its zone and in UTC', async () => {
      const schedule = await create({ cron: '30 7 * * *', zone: 'Asia/Kolkata' });
      expect(schedule.next).toHaveLength(5);
      for (const { local, utc } of schedule.next) {
        expect(local).toMatch(/T07:30:00\+05:30$/);
        expect(utc).toMatch(/T02:00:00\.000Z$/);
      }
    });

    it('paused it does not fire, and resumed it goes on from now', async () => {
      const schedule = await create();
      expect(await call('pause', { id: schedule.id })).toMatchObject({ status: 'paused', next: [] });
      await travel(HOUR);
      await fireUntilDone();
      expect(await tasks()).toBe(0);
      const resumed = await call('resume', { id: schedule.id });
      expect(Date.parse(resumed.nextAt ?? '')).toBeGreaterThan(await store.readAll(selectNow));
      await fireUntilDone();
      expect(await tasks()).toBe(0);
      await travel(10 * MINUTE);
      await fireUntilDone();
      expect(await tasks()).toBe(1);
    });

    it('by hand it fires now, also paused, and its next time stays', async () => {
      const schedule = await create();
      await call('pause', { id: schedule.id });
      const fired = await call<{ taskId: string }>('fire', { id: schedule.id });
      const [fire] = await fires(schedule.id);
      expect(fire).toMatchObject({ by_hand: 1, task_id: fired.taskId });
      await call('resume', { id: schedule.id });
      await travel(10 * MINUTE);
      await fireUntilDone();
      // The task of the fire by hand is open: the next time is left out.
      expect((await fires(schedule.id)).map((one) => one.outcome)).toEqual(['submitted', 'skipped']);
    });

    it('a fire that cannot submit is refused with its reason, and the schedule goes on', async () => {
      const schedule = await create({ overlap: 'allow' });
      await store.write(tenantId, (tx) =>
        updateSchedule(tx, schedule.id, {
          task: JSON.stringify({ goal: 'x', type: 'general', input: {}, files: [], agentId: 'gone' }),
        }),
      );
      await travel(10 * MINUTE);
      await fireUntilDone();
      expect(await fires(schedule.id)).toMatchObject([{ outcome: 'refused', task_id: null }]);
      expect(await call('get', { id: schedule.id })).toMatchObject({ status: 'active', fired: 0, missed: 1 });
      await call('change', { id: schedule.id, task: { goal: 'Say hello' } });
      await travel(10 * MINUTE);
      await fireUntilDone();
      expect(await call('get', { id: schedule.id })).toMatchObject({ fired: 1, lastError: null });
    });

    it('while its last task is open it waits for its turn; the twin allows both', async () => {
      const calm = await create({ name: 'calm' });
      const eager = await create({ name: 'eager', overlap: 'allow' });
      for (let round = 0; round < 3; round += 1) {
        await travel(10 * MINUTE);
        await fireUntilDone();
      }
      expect((await fires(calm.id)).map((one) => one.outcome)).toEqual(['submitted', 'skipped', 'skipped']);
      expect((await fires(eager.id)).map((one) => one.outcome)).toEqual(Array(3).fill('submitted'));
      const { lastTaskId } = await call('get', { id: calm.id });
      const end = {
        status: 'completed',
        result: null,
        score: null,
        stop_reason: 'done',
        stop_sentence: '',
        error: null,
      };
      await store.write(tenantId, (tx) => endTask(tx, lastTaskId ?? '', end));
      await travel(10 * MINUTE);
      await fireUntilDone();
      expect((await fires(calm.id)).at(-1)?.outcome).toBe('submitted');
    });
  });

  describe('what is refused when it is made', () => {
    it.each([
      [{ cron: '61 * * * *' }, 'schedule/bad-cron'],
      [{ zone: 'Mars/Olympus' }, 'schedule/bad-zone'],
      [{ task: { goal: 'x', deadline: '2030-01-01T00:00:00Z' } }, 'schedule/bad-task'],
      [{ task: { goal: 'x', agentId: 'nobody' } }, 'agent/not-found'],
      [{ task: { goal: 'x', files: ['nothing'] } }, 'file/not-found'],
      [{ task: {} }, 'task/no-goal'],
      [{ task: { workflow: 'nothing' } }, 'workflow/not-found'],
      [{ catchUpLimit: 101 }, 'request/invalid'],
      [{ name: '01890000-0000-7000-8000-000000000000' }, 'request/invalid'],
    ])('%j', async (more, code) => {
      expect(await refusal(create(more))).toBe(code);
    });

    it('a name that is taken, a schedule that is not there, and a viewer', async () => {
      await create();
      expect(await refusal(create())).toBe('schedule/name-taken');
      expect(await refusal(call('get', { id: 'tock' }))).toBe('schedule/not-found');
      expect(await refusal(create({ name: 'tock' }, as({ role: 'viewer' })))).toBe('auth/forbidden');
    });
  });

  describe('who answers for it', () => {
    const withKey = async (id: string, role: 'operator' | 'admin') => {
      const row = { id, tenant_id: tenantId, name: id, role, secret_hash: 'h' };
      await store.writeAll((tx) => insertKey(tx, row, HOUR));
      return as({ role, actor: { kind: 'key', id, name: id } });
    };

    it('a schedule keeps the least role of those who made and changed it', async () => {
      const operator = await withKey('op', 'operator');
      const schedule = await create({}, operator);
      expect(schedule.role).toBe('operator');
      expect(await call('change', { id: schedule.id, name: 'tock' })).toMatchObject({ role: 'operator' });
    });

    it('when its key is revoked it stops and says so; who resumes it answers for it', async () => {
      const schedule = await create({ overlap: 'allow' }, await withKey('leaked', 'operator'));
      await store.write(tenantId, (tx) => revokeKey(tx, 'leaked'));
      await travel(10 * MINUTE);
      await fireUntilDone();
      expect(await tasks()).toBe(0);
      expect(await call('get', { id: schedule.id })).toMatchObject({
        status: 'paused',
        statusReason: 'The key of who answers for it was revoked.',
      });
      await call('resume', { id: schedule.id });
      await travel(10 * MINUTE);
      await fireUntilDone();
      expect(await tasks()).toBe(1);
    });

    it('the twin: a key that only ran out stops nothing', async () => {
      await create({ overlap: 'allow', cron: '0 * * * *' }, await withKey('old', 'operator'));
      await travel(3 * HOUR);
      await fireUntilDone();
      expect(await tasks()).toBe(1);
    });
  });

  describe('P19: away for an hour', () => {
    it('each policy does what it says: none, the newest, or all up to the bound', async () => {
      const make = (name: string, more: object) => create({ name, overlap: 'allow', ...more });
      const skip = await make('skip', { catchUp: 'skip' });
      const one = await make('one', { catchUp: 'one' });
      const all = await make('all', { catchUp: 'all', catchUpLimit: 4 });
      const first = Date.parse(skip.nextAt ?? '');
      await travel(HOUR + 5 * MINUTE); // six times passed, the last five minutes ago
      await fireUntilDone();
      const times = (...numbers: number[]) => numbers.map((number) => first + number * 10 * MINUTE);
      expect(await submitted(skip.id)).toEqual([]);
      expect(await submitted(one.id)).toEqual(times(5));
      expect(await submitted(all.id)).toEqual(times(2, 3, 4, 5));
      expect(await call('get', { id: skip.id })).toMatchObject({ fired: 0, missed: 6 });
      expect(await call('get', { id: one.id })).toMatchObject({ fired: 1, missed: 5 });
      expect(await call('get', { id: all.id })).toMatchObject({ fired: 4, missed: 2 });
      await travel(5 * MINUTE);
      await fireUntilDone();
      expect(await submitted(skip.id)).toEqual(times(6));
    });

    it('a thousand timers, two processes that watch: each fires once, for the time it is due', async () => {
      const ids = await store.write(tenantId, async (tx) => {
        const made: string[] = [];
        for (let number = 0; number < 1_000; number += 1) {
          const timing = { cron: `${number % 60} * * * *`, zone: 'UTC', catchUp: 'one', catchUpLimit: 10 };
          const task = { goal: 'Say hello', type: 'general', input: {}, files: [] };
          const input = { name: `timer ${number}`, ...timing, overlap: 'skip', task };
          made.push((await createSchedule(tx, needs, as(), input)).id);
        }
        return made;
      });
      await travel(HOUR + MINUTE / 2);
      const other = await database.open(offset).catch(() => undefined);
      const { events, runs } = other ? createTestEngine(other) : needs;
      const second = other ? { ...needs, store: other, events, runs } : needs;
      const rounds = async (who: typeof needs) => {
        while ((await fireAll(who)).found > 0);
      };
      await Promise.all([rounds(needs), rounds(second)]);
      await other?.close();
      const rows = await store.readAll((tx) => tx.db.selectFrom('schedule_fire').selectAll().execute());
      // Where firing takes longer than a minute the next time of some comes; it finds the first task open.
      const done = rows.filter((row) => row.outcome === 'submitted').map((row) => row.schedule_id);
      expect([done.length, new Set(done)]).toEqual([1_000, new Set(ids)]);
      expect(new Set(rows.map((row) => `${row.schedule_id} ${row.due_at}`)).size).toBe(rows.length);
      expect(await tasks()).toBe(1_000);
      const views = await store.readAll((tx) => tx.db.selectFrom('schedule').selectAll().execute());
      const now = await store.readAll(selectNow);
      for (const { next_at } of views) expect(next_at).toBeGreaterThan(now - MINUTE);
    }, 240_000);
  });

  describe('P19: what comes due while others are made up for', () => {
    /** Many that were missed, and after them one more at a time of its own; answers how many fired in one look. */
    const look = async (cron: string) => {
      await store.write(tenantId, async (tx) => {
        for (let number = 0; number < 600; number += 1) {
          const timing = { cron: '0 10 * * * *', zone: 'UTC', catchUp: 'one', catchUpLimit: 10 };
          const task = { goal: 'Say hello', type: 'general', input: {}, files: [] };
          await createSchedule(tx, needs, as(), {
            name: `late ${number}`,
            ...timing,
            overlap: 'allow',
            task,
          });
        }
      });
      const { id, nextAt } = await create({ name: 'last', cron });
      // Just after the half hour, however long it took to make them.
      const half = Math.ceil(Date.parse(nextAt ?? '') / (HOUR / 2)) * (HOUR / 2);
      await travel(half + 100 - (await store.readAll(selectNow)));
      await fireAll(needs);
      return { late: (await tasks()) - (await submitted(id)).length, last: (await submitted(id)).length };
    };

    it('does not wait behind those that are late already', async () => {
      // At the half hour, of which less than a second has passed; the others wait since ten past.
      expect(await look('0 30 * * * *')).toEqual({ late: 500, last: 1 });
    });

    it('the twin: what is late itself waits its turn', async () => {
      expect(await look('0 29 * * * *')).toEqual({ late: 500, last: 0 });
    });
  });

  describe('P13: a clock that goes back, and a time that is asked for twice', () => {
    const rewind = async (id: string) => {
      const row = await store.read(tenantId, (tx) => selectSchedule(tx, id));
      await store.write(tenantId, (tx) =>
        updateSchedule(tx, id, { next_at: (row?.next_at ?? 0) - 10 * MINUTE }),
      );
    };

    it('no time comes twice', async () => {
      const schedule = await create({ overlap: 'allow' });
      await travel(10 * MINUTE);
      await fireUntilDone();
      await rewind(schedule.id); // as after a restored backup, or a clock that was set back
      await fireUntilDone();
      expect([(await submitted(schedule.id)).length, await tasks()]).toEqual([1, 1]);
      await travel(-5 * MINUTE);
      await fireUntilDone();
      expect(await tasks()).toBe(1);
    });

    it('the twin: without the guard the same time fires twice, and the check sees it', async () => {
      const schedule = await create({ overlap: 'allow' });
      await travel(10 * MINUTE);
      await fireUntilDone({ once: false });
      await rewind(schedule.id);
      await fireUntilDone({ once: false });
      const times = await submitted(schedule.id);
      expect([times.length, new Set(times).size, await tasks()]).toEqual([2, 1, 2]);
    });

    it('a crash before the commit leaves it due; nothing of the fire stays', async () => {
      const schedule = await create();
      await travel(10 * MINUTE);
      const crash = new Error('killed');
      const dying: Store = {
        ...store,
        write: (tenant, work) =>
          store.write(tenant, async (tx) => {
            await work(tx);
            throw crash;
          }),
      };
      expect(await fireAll({ ...needs, store: dying })).toEqual({ found: 1, failed: 1 });
      expect([await fires(schedule.id), await tasks()]).toEqual([[], 0]);
      await fireUntilDone();
      expect([(await submitted(schedule.id)).length, await tasks()]).toEqual([1, 1]);
    });
  });

  it('tells the log what became of its fires', async () => {
    const { id } = await create();
    await travel(HOUR);
    await fireUntilDone();
    await database.settled();
    const types = await until(async () => {
      const found = (await needs.events.read({ tenantId }, undefined, 1_000)).filter(
        (event) => event.data.scheduleId === id,
      );
      return found.length === 3 && found.map((event) => event.type);
    }, 'three facts');
    expect(types.sort()).toEqual(['schedule.created', 'schedule.fired', 'schedule.skipped']);
  });
});
