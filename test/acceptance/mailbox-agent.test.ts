import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Message } from '../../src/messages/message.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';

const script = join(import.meta.dirname, '..', '..', 'examples', 'operators', 'mailbox-agent.mjs');
/** A limit against hanging only; the machine may be busy. */
const LIMIT_MS = 120_000;

/** The sample agent outside is what people copy: it must outlive the server it asks. */
describe('examples/operators/mailbox-agent.mjs', () => {
  let cadre: Deployment;
  let agent: ChildProcess | undefined;

  beforeAll(async () => {
    cadre = await deploy('sqlite');
  }, LIMIT_MS);
  afterAll(async () => {
    agent?.kill('SIGKILL');
    await cadre?.close();
  });

  const start = (id: string, key: string) => {
    const child = spawn(process.execPath, [script, id, cadre.url], {
      env: { PATH: process.env.PATH ?? '', CADRE_KEY: key },
      stdio: 'ignore',
    });
    return child;
  };
  const ask = async (text: string) => {
    const { id } = await cadre.api.insist<Message>('POST', '/messages', {
      to: 'Loud',
      type: 'coordination_request',
      payload: { requestType: 'shout', data: { text } },
      requiresResponse: true,
      responseTimeoutMs: LIMIT_MS,
    });
    return cadre.api.insist<{ status: string; reply: Message | null }>(
      'GET',
      `/messages/${id}/reply?waitMs=30000`,
    );
  };

  it(
    'answers, waits while the server is killed and starts again, and answers once more',
    async () => {
      const { id } = await cadre.api.insist<Agent>(
        'POST',
        '/agents',
        { name: 'Loud', executor: { kind: 'mailbox' } },
        'loud',
      );
      agent = start(id, cadre.adminKey);
      expect((await ask('before')).status).toBe('answered');
      await cadre.killAndRestart();
      const after = await ask('after');
      expect(after.reply?.payload).toMatchObject({ data: { loud: '{"TEXT":"AFTER"}' } });
      expect(agent.exitCode).toBeNull();
    },
    LIMIT_MS,
  );

  it(
    'twin: a key that is refused ends it; trying again would not help',
    async () => {
      const refused = start('nobody', 'cadre_wrong');
      expect(await new Promise((resolve) => refused.once('exit', resolve))).toBe(1);
    },
    LIMIT_MS,
  );
});
