import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { onEveryStore } from '../../support/stores.ts';
import { toDocument } from './document.ts';
import { measure } from './measure.ts';
import type { Method, Prepared } from './method.ts';
import { METHODS } from './methods.ts';
import { openWorld, proveIn, type WorldReport } from './proof.ts';
import { isSound, proveCommunication } from './report.ts';
import type { World } from './world.ts';

/**
 * S5 in short: every method in both worlds, and with any one broken its row and no other says FAILED. The long form,
 * which writes docs/proof/communication.md: npm run guarantees -- communication.
 */
onEveryStore('the communication methods', (store) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(store);
  }, 240_000);
  afterAll(async () => {
    await world?.close();
  }, 240_000);
  const verdicts = ({ rows }: WorldReport) => rows.map(({ id, verdict, reason }) => [id, verdict, reason]);

  it('all pass, with facts of every round in the log, handled by another process on PostgreSQL', async () => {
    const report = await proveIn(world, { rounds: 3 });
    expect(verdicts(report)).toEqual(METHODS.map(({ id }) => [id, 'PASSED', null]));
    for (const row of report.rows) {
      expect([row.rounds, row.twins.length > 0, row.first.length > 0]).toEqual([3, true, true]);
      expect(row.first).not.toEqual(row.last);
    }
    const handlers = new Set(report.rows.flatMap((row) => row.handledBy));
    expect(handlers.size).toBeGreaterThan(0);
    expect(handlers.has(report.asking)).toBe(store === 'sqlite');
    expect(handlers.has(process.pid)).toBe(store === 'sqlite');
  }, 600_000);

  // On PostgreSQL, where processes start and end for it, one broken by hand and one by a switch; the long form has all.
  const broken = METHODS.filter(({ id }) => store === 'sqlite' || ['1', '5'].includes(id));
  it.each(broken.map((method) => [method.id, method.name, method] as const))(
    'broken, %s (%s) says FAILED and no other does',
    async (id, _name, method) => {
      const own = method.broken.faults ? await openWorld(store, id) : undefined;
      try {
        // With its neighbours in the list; the long form tries all.
        const at = METHODS.findIndex((one) => one.id === id);
        const only = METHODS.slice(Math.max(0, at - 1), at + 2).map((one) => one.id);
        const report = await proveIn(own ?? world, { rounds: 1, breaks: id, only });
        expect(report.rows.length).toBeGreaterThan(1);
        const failed = report.rows.filter(({ verdict }) => verdict !== 'PASSED');
        expect(failed.map((row) => [row.id, row.reason])).toEqual([[id, expect.stringMatching(/./)]]);
        expect(isSound(report.rows)).toBe(false);
      } finally {
        await own?.close();
      }
    },
    600_000,
  );
});

test('the command exits with 1 when a method is broken, and keeps no document; it knows what it can break', async () => {
  const proof = join(import.meta.dirname, '..', '..', '..', 'docs', 'proof', 'communication.md');
  const before = existsSync(proof) ? readFileSync(proof, 'utf8') : '';
  const broken = await command('--rounds', '1', '--store', 'sqlite', '--break', '9');
  expect(broken.code).toBe(1);
  expect(JSON.parse(broken.out)).toMatchObject({ promise: 'COMMUNICATION', sound: false, broken: '9' });
  expect(broken.err).toMatch(/\| 9 \| knowledge shared \| \*\*FAILED\*\*/);
  expect(existsSync(proof) ? readFileSync(proof, 'utf8') : '').toBe(before);
  const unknown = await command('--break', 'telepathy');
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('There is no method telepathy')]);
}, 240_000);

function command(...more: string[]): Promise<{ code: number; out: string; err: string }> {
  const main = join(import.meta.dirname, '..', '..', 'durability', 'main.ts');
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'communication', ...more], (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

describe('a method passes only', () => {
  const good: Prepared = {
    once: async () => async () => ({ evidence: [{ type: 'message.sent', about: 'x' }], handledBy: [1] }),
    twins: [{ says: 'the twin', refuses: async () => 'message/closed' }],
  };
  const world = {
    handlers: [1],
    log: {
      async prove(rounds: readonly unknown[][]) {
        return rounds.map((evidence) => {
          if (JSON.stringify(evidence).includes('absent')) throw new Error('round 1: no event');
          return evidence.map(() => '0-1');
        });
      },
    },
  } as unknown as World; // all that measuring looks at
  const verdictOf = async (change: Partial<Prepared>, rounds = 2) => {
    const method: Method = {
      id: '0',
      name: 'a method',
      semantics: '',
      operations: [],
      effect: '',
      broken: { how: '' },
      prepare: async () => ({ ...good, ...change }),
    };
    const { verdict, reason } = await measure(method, world, rounds);
    return [verdict, reason];
  };
  const observed = (more: object) => ({
    once: async () => async () => ({ evidence: [{ type: 'message.sent' as const, about: 'x' }], ...more }),
  });

  test('when nothing is wrong with it', async () => {
    expect(await verdictOf({})).toEqual(['PASSED', null]);
  });
  test('when it ran', async () => {
    expect(await verdictOf({}, 0)).toEqual(['FAILED', 'no round was run']);
    expect(await verdictOf({}, Number.NaN)).toEqual(['FAILED', 'no round was run']);
  });
  test('when an effect was observed, of which the log knows', async () => {
    expect(await verdictOf(observed({ evidence: [] }))).toEqual([
      'FAILED',
      'round 1: no effect was observed',
    ]);
    const absent = observed({ evidence: [{ type: 'message.sent', about: 'absent' }] });
    expect(await verdictOf(absent)).toEqual(['FAILED', 'round 1: no event']);
  });
  test('when the right process handled it', async () => {
    expect((await verdictOf(observed({ handledBy: [2] })))[1]).toMatch(
      /process 2 handled it, which is none of 1/,
    );
  });
  test('when its call and its checks hold', async () => {
    const fails = async () => {
      throw new Error('nobody answered\nat all');
    };
    expect(await verdictOf({ once: fails })).toEqual(['FAILED', 'round 1: nobody answered']);
    expect(await verdictOf({ once: async () => fails })).toEqual(['FAILED', 'round 1: nobody answered']);
  });
  test('when it has a twin that is refused', async () => {
    expect(await verdictOf({ twins: [] })).toEqual(['FAILED', 'it has no negative twin']);
    const open = { says: 'anything goes', refuses: async () => '' };
    expect((await verdictOf({ twins: [open] }))[0]).toBe('FAILED');
  });
});

test('a row that fails and one that is missing stand in the document as that, and the whole is not sound', async () => {
  const nothing = await proveCommunication({ stores: [], rounds: 1 });
  expect(nothing.sound).toBe(false);
  const [first] = METHODS;
  const row = {
    id: first?.id ?? '',
    name: first?.name ?? '',
    verdict: 'FAILED' as const,
    reason: 'nobody | answered',
    rounds: 0,
    ms: null,
    bar: null,
    first: [],
    last: [],
    handledBy: [],
    twins: [],
  };
  const report: WorldReport = {
    store: 'sqlite',
    parts: [],
    asking: 1,
    connected: '',
    rows: [row],
    seconds: 1,
  };
  const text = toDocument({ ...nothing, worlds: [report] });
  expect(text.match(/\*\*FAILED\*\* \| -/g)?.length).toBeGreaterThan(0);
  expect(text.match(/\*\*NOT RUN\*\*/g)).toHaveLength(METHODS.length - 1);
  expect(text).toContain(`**${row.id} FAILED**: nobody | answered`);
});
