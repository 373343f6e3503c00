/**
 * An operator outside Cadre, reached by the `http` executor (docs: executor protocol). It answers every request
 * with its input and logs each one as a JSON line, without deduplicating, so that a test can count how often each
 * idempotency key arrived.
 *
 *   node examples/operators/echo-http.mjs --port 9000 --log /tmp/echo.jsonl [--delay-ms 50] [--fail-first 2]
 *
 * `--port 0` takes a free port. The first line on stdout is `listening http://127.0.0.1:<port>/`.
 * `--fail-first n` answers the first n requests of each idempotency key with status 503 and `Retry-After: 0`.
 * Cadre reaches loopback addresses only when `CADRE_ALLOW_HOSTS` names them, for example `127.0.0.1:9000`.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9000' },
    host: { type: 'string', default: '127.0.0.1' },
    log: { type: 'string' },
    'delay-ms': { type: 'string', default: '0' },
    'fail-first': { type: 'string', default: '0' },
  },
});
const delayMs = Number(values['delay-ms']);
const failFirst = Number(values['fail-first']);
const seen = new Map();

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return answer(response, 405, { error: 'send a POST with the task' });
  const startedAt = Date.now();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  let task;
  try {
    task = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return answer(response, 400, { error: 'the body is not JSON' });
  }
  const count = (seen.get(task.idempotencyKey) ?? 0) + 1;
  seen.set(task.idempotencyKey, count);
  const line = { idempotencyKey: task.idempotencyKey, taskId: task.taskId, attempt: task.attempt, type: task.type, count, at: startedAt };
  // Written before the answer and in one call, so that a request counts even when nobody waits for the answer.
  if (values.log) appendFileSync(values.log, `${JSON.stringify(line)}\n`);
  if (count <= failFirst) return answer(response, 503, { error: 'not yet' }, { 'retry-after': '0' });
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  answer(response, 200, {
    output: { echo: task.input ?? null, goal: task.goal ?? null, type: task.type ?? null },
    usage: { durationMs: Date.now() - startedAt },
  });
});

server.listen(Number(values.port), values.host, () => {
  console.log(`listening http://${values.host}:${server.address().port}/`);
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.closeAllConnections();
    server.close();
  });
}
