import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Delegation } from '../../src/coordination/delegation/delegation.ts';
import { MESSAGE_TYPES, type Message } from '../../src/messages/message.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';
import { onEveryStore } from '../support/stores.ts';

const script = join(import.meta.dirname, '..', '..', 'examples', 'coordination', 'run.mjs');
/** A limit against hanging only; the machine may be busy. */
const LIMIT_MS = 240_000;

/**
 * CO-9, the coordination protocol: three agents outside, each a process of its own, carry out a job together over the
 * HTTP API. Twin: one of them is killed in the middle of its work.
 */
onEveryStore('the coordination protocol (CO-9)', (dialect) => {
  let cadre: Deployment;
  const seen = new Set<string>();

  beforeAll(async () => {
    cadre = await deploy(dialect, { leaseTtlMs: 6_000 });
  });
  afterAll(() => cadre?.close());

  /** Runs the sample; answers what it printed, and what is new in Cadre. */
  async function run(...args: string[]) {
    const child = spawn(process.execPath, [script, cadre.url, ...args], {
      env: { PATH: process.env.PATH ?? '', CADRE_KEY: cadre.adminKey, PAUSE_MS: '50' },
    });
    let account = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        account += chunk.toString();
      });
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    const delegations = fresh((await list<Delegation>('/delegations?')) ?? []);
    const messages = fresh((await list<Message>('/messages?')) ?? []);
    return { code, account, delegations, messages };
  }
  async function list<T extends { id: string }>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `limit=200${cursor && `&cursor=${cursor}`}`;
      const page: { items: T[]; nextCursor: string | null } = await cadre.api.insist(
        'GET',
        `${path}${query}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  }
  function fresh<T extends { id: string }>(items: T[]): T[] {
    const added = items.filter(({ id }) => !seen.has(id));
    for (const { id } of added) seen.add(id);
    return added;
  }
  const RESULT = { count: 4, total: 128, mean: 32, outliers: [90], leftOut: ['Wednesday: ill'] };
  const ofType = (messages: Message[], type: string) => messages.filter((message) => message.type === type);

  /** What must hold after every run, with and without a death. */
  async function expectDoneOnce({ code, account, delegations, messages }: Awaited<ReturnType<typeof run>>) {
    expect(code, account).toBe(0);
    expect(delegations.map(({ type, status }) => `${type} ${status}`).sort()).toEqual([
      'figures.analyse completed',
      'figures.collect completed',
      'report.make completed',
    ]);
    const job = delegations.find(({ type }) => type === 'report.make');
    expect(await cadre.api.insist('GET', `/delegations/${job?.id}`)).toMatchObject({
      result: RESULT,
      late: false,
    });
    // Each hand-over is one message in one mailbox, whoever took it how often.
    const handed = ofType(messages, 'task_delegation').filter(({ seq }) => seq !== null);
    expect(handed.map(({ status }) => status)).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
    expect(ofType(messages, 'workflow_step')).toHaveLength(1);
    expect(ofType(messages, 'error_report')).toHaveLength(1);
    expect(ofType(messages, 'resource_request')).toHaveLength(2);
    const halves = ofType(messages, 'status_update').filter(({ payload }) => payload.progress === 0.5);
    expect(halves).toHaveLength(1);
    return handed;
  }

  it(
    'carries out a job with all ten types of messages, by the protocol',
    async () => {
      const first = await run();
      const handed = await expectDoneOnce(first);
      expect(handed.every(({ retryCount }) => retryCount === 0)).toBe(true);
      expect([...new Set(first.messages.map(({ type }) => type))].sort()).toEqual([...MESSAGE_TYPES].sort());
      // Chief to chief: the built-in chief keeps the plan, what was learned, and the sessions.
      const { items: agents } = await cadre.api.insist<{ items: Array<{ id: string; name: string }> }>(
        'GET',
        '/agents?limit=200',
      );
      const keeper = agents.find(({ name }) => name === 'Chief of Staff');
      const { items: notes } = await cadre.api.insist<{ items: Array<{ kind: string }> }>(
        'GET',
        `/agents/${keeper?.id}/notes`,
      );
      expect(notes.map(({ kind }) => kind).sort()).toEqual([
        'learned pattern',
        'plan',
        'session',
        'session',
        'session',
      ]);
      expect(first.account).toContain('Collector: has no session to restore');
    },
    LIMIT_MS,
  );

  it(
    'twin: one is killed in the middle; the job still ends, nothing is done twice, and sessions are restored',
    async () => {
      const second = await run('--kill', 'Collector');
      expect(second.account).toContain('Collector is killed here');
      const handed = await expectDoneOnce(second);
      // The one in hand of the dead was handed out again, and it is the same message.
      const again = handed.filter(({ retryCount }) => retryCount > 0);
      expect(again.map(({ payload }) => payload.title)).toContain('figures.collect');
      expect(second.account).toContain('Collector: remembers 1 session(s)');
    },
    LIMIT_MS,
  );
});
