import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An `http` operator that does not deduplicate: every request is logged, every request is an effect. */
export interface CountingOperator {
  url: string;
  host: string;
  /** Requests and answers by idempotency key, in milliseconds of this process. */
  log: Map<string, Array<{ askedMs: number; answeredMs: number }>>;
  close(): Promise<void>;
}

/** Answers after a few milliseconds, drawn from `delayMs`. */
export async function startCountingOperator(delayMs: () => number): Promise<CountingOperator> {
  const log: CountingOperator['log'] = new Map();
  const server = createServer((request, response) => {
    if (request.method === 'GET') return response.end('ready');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const order: { idempotencyKey: string; attempt: number; input: unknown } = JSON.parse(
        Buffer.concat(chunks).toString(),
      );
      const entry = { askedMs: performance.now(), answeredMs: Number.POSITIVE_INFINITY };
      log.set(order.idempotencyKey, [...(log.get(order.idempotencyKey) ?? []), entry]);
      setTimeout(() => {
        entry.answeredMs = performance.now();
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ output: { echo: order.input, attempt: order.attempt } }));
      }, delayMs());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has a port
  return {
    url: `http://127.0.0.1:${port}/work`,
    host: `127.0.0.1:${port}`,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
