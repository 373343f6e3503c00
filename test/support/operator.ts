import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What Cadre posts to an `http` operator (DESIGN section 5). */
export interface Order {
  taskId: string;
  attempt: number;
  type: string;
  goal: string;
  capability: string | null;
  input: Record<string, unknown>;
  context: { rootId: string; results: Record<string, unknown> };
  idempotencyKey: string;
}

/** One request as it arrived; times in milliseconds of this process, infinite while unanswered. */
export interface Request {
  order: Order;
  askedMs: number;
  answeredMs: number;
}

/** What a script answers: an output, or a status with no output. */
export type Scripted = { output: unknown; usage?: object } | { status: number; usage?: object };

/** A remote operator in the hands of a test: it answers what and when the test says, and logs every request. */
export interface ScriptedOperator {
  url: string;
  host: string;
  port: number;
  requests: Request[];
  /** The requests of a kind, oldest first. */
  asked(match: (order: Order) => boolean): Request[];
  close(): Promise<void>;
}

/** Listens on `port`, or on a free one. `script` may wait for as long as the test needs. */
export async function startScriptedOperator(
  script: (order: Order) => Scripted | Promise<Scripted>,
  port = 0,
): Promise<ScriptedOperator> {
  const requests: Request[] = [];
  const server = createServer((incoming, response) => {
    if (incoming.method === 'GET') return response.end('ready');
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const order: Order = JSON.parse(Buffer.concat(chunks).toString());
      const request: Request = { order, askedMs: performance.now(), answeredMs: Number.POSITIVE_INFINITY };
      requests.push(request);
      const answer = await script(order);
      request.answeredMs = performance.now();
      if ('status' in answer) response.statusCode = answer.status;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo; // a TCP server has a port
  return {
    url: `http://127.0.0.1:${address.port}/work`,
    host: `127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    asked: (match) => requests.filter(({ order }) => match(order)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A door that a test opens: `passed` resolves for all who wait and all who come later. */
export function gate(): { passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}
