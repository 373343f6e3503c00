import { createServer } from 'node:http';
import type { Client } from '../../../src/edge/cli/client.ts';
import type { Message } from '../../../src/messages/message.ts';
import { CadreError } from '../../../src/platform/kernel/errors.ts';
import type { Order } from '../../support/operator.ts';
import { AGENTS, type Handled, type OutsideAgent } from './agents.ts';

/** The agents of the proof that Cadre does not know from within: they are called over HTTP, or look into a mailbox. */
export interface Outside {
  /** Has the agents of a method misbehave from now on. */
  sabotage(method: string | undefined): void;
  /** Lets those with a mailbox of their own look into it. */
  attend(client: Client, ids: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

const OUTSIDE = AGENTS.filter((agent) => agent.executor !== 'local');

/** Where the agent of a name is called, when their door is at `port`. */
export function urlsAt(port: number): (name: string) => string {
  return (name) => `http://127.0.0.1:${port}/${OUTSIDE.findIndex((agent) => agent.name === name)}`;
}

/** Waits so long for messages before it looks whether it should stop. */
const LOOK_MS = 1_000;
const TRIES = 3;

/** Opens their HTTP door. */
export async function openOutside(port: number): Promise<Outside> {
  let sabotaged: string | undefined;
  const isBroken = (agent: OutsideAgent) => agent.method === sabotaged;
  const server = createServer((incoming, response) => {
    if (incoming.method === 'GET') return response.end('ready');
    const agent = OUTSIDE[Number(incoming.url?.slice(1))];
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const body: { message: Message } | Order = JSON.parse(Buffer.concat(chunks).toString());
      const answer = !agent
        ? { status: 404 }
        : 'message' in body
          ? await handle(agent, body.message, isBroken(agent))
          : ((await agent.work?.(body, isBroken(agent))) ?? { status: 404 });
      if ('status' in answer) response.statusCode = answer.status;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify('status' in answer ? {} : answer));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  let stopped = false;
  const looking: Array<Promise<void>> = [];

  /** Takes messages and handles them side by side, so that one that takes long keeps no other waiting. */
  async function look(client: Client, agent: OutsideAgent, id: string): Promise<void> {
    while (!stopped) {
      try {
        const { messages } = (await client.call('agents.take', { id, waitMs: LOOK_MS, limit: 100 })) as {
          messages: Message[];
        }; // as the operation documents
        for (const message of messages) void acknowledge(client, agent, message);
      } catch (error) {
        if (!stopped) complain(agent, error);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /**
   * What was over before it was handled cannot be acknowledged any more; that is for the proof to see, not for us. An
   * error of the moment is no answer: it is said again, as any program outside should.
   */
  async function acknowledge(client: Client, agent: OutsideAgent, message: Message): Promise<void> {
    const answer = await handle(agent, message, isBroken(agent), client);
    const ack = 'status' in answer ? { error: `status ${answer.status}`, retry: false } : answer;
    for (let tries = 0; tries < TRIES && !stopped; tries += 1) {
      try {
        await client.call('messages.ack', { id: message.id, ...ack });
        return;
      } catch (error) {
        if (error instanceof CadreError && error.code.startsWith('message/')) return;
        complain(agent, error);
      }
    }
  }

  const complain = ({ name }: OutsideAgent, error: unknown) => {
    if (!stopped) process.stderr.write(`${name}: ${String(error)}\n`);
  };

  return {
    sabotage(method) {
      sabotaged = method;
    },
    attend(client, ids) {
      for (const agent of OUTSIDE.filter(({ executor }) => executor === 'mailbox'))
        looking.push(look(client, agent, ids[agent.name] ?? ''));
    },
    async close() {
      stopped = true;
      await Promise.all(looking);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** What an agent says of a message, with the process it lives in. */
async function handle(
  agent: OutsideAgent,
  message: Message,
  isBroken: boolean,
  client?: Client,
): Promise<Handled> {
  const handled = (await agent.message?.(message, isBroken, client)) ?? {};
  if ('status' in handled) return handled;
  return { ...handled, result: { ...(handled.result as object), pid: process.pid } };
}
