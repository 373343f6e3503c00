import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message } from '../../src/messages/message.ts';

/** What Cadre posts to an `http` agent for a message. */
export interface Letter {
  message: Message;
  agent: { id: string; name: string };
  idempotencyKey: string;
  /** Milliseconds of this process; infinite while unanswered. */
  arrivedMs: number;
  answeredMs: number;
}

/** What the agent of a test answers: a body, or a status without one. */
export type Answer = { result?: unknown; reply?: { type?: string; payload: unknown } } | { status: number };

/** An agent outside in the hands of a test: it handles messages as the script says and logs every one. */
export interface Receiver {
  url: string;
  host: string;
  letters: Letter[];
  /** Letters about a subject, oldest first. */
  about(subject: string): Letter[];
  close(): Promise<void>;
}

/** Listens on a free port. `script` may wait for as long as the test needs. */
export async function startReceiver(
  script: (letter: Letter) => Answer | Promise<Answer> = () => ({}),
): Promise<Receiver> {
  const letters: Letter[] = [];
  const server = createServer((incoming, response) => {
    if (incoming.method === 'GET') return response.end('ready');
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const letter: Letter = {
        ...JSON.parse(Buffer.concat(chunks).toString()),
        arrivedMs: performance.now(),
        answeredMs: Number.POSITIVE_INFINITY,
      };
      letters.push(letter);
      const answer = await script(letter);
      letter.answeredMs = performance.now();
      if ('status' in answer) response.statusCode = answer.status;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify('status' in answer ? {} : answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has a port
  return {
    url: `http://127.0.0.1:${port}/agent`,
    host: `127.0.0.1:${port}`,
    letters,
    about: (subject) => letters.filter(({ message }) => message.subject === subject),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
