import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestHouse, type TestHouse } from '../../../test/support/house.ts';
import { operations } from '../../operations.ts';
import { type HttpServer, serveHttp } from './server.ts';

/** Whatever is sent, the answer is a refusal with a code or a valid state; never a failure of ours. */
let home: TestHouse;
let server: HttpServer;
let key = '';

beforeAll(async () => {
  home = await openTestHouse({ works: false, env: { CADRE_RATE_PER_SECOND: '0' } });
  server = await serveHttp(home.house, operations);
  key = (await home.call<{ key: string }>('keys.create', { name: 'fuzz', role: 'owner' })).key;
});
afterAll(async () => {
  await server.close();
  await home.close();
});

async function ask(method: string, path: string, body: string | undefined) {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
  return { status: answer.status, text: await answer.text() };
}

const writes = operations.filter(
  ({ route }) => route.method !== 'GET' && route.method !== 'DELETE' && !route.body,
);
const reads = operations.filter(({ route }) => route.method === 'GET' && route.answer !== 'events');

/** Text that breaks things: control characters, half characters, other scripts, very long. */
const wildText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    "'; drop table task; --",
    '../../etc/passwd',
    '%00',
    'é'.repeat(500),
    '-1',
    '1e999',
  ),
);

test.each(writes.map((operation) => [operation.name, operation] as const))(
  '%s takes any JSON',
  async (_name, operation) => {
    const names = Object.keys(operation.example as object);
    const body = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record(
          Object.fromEntries(names.map((name) => [name, fc.oneof(fc.jsonValue(), wildText)])),
          { requiredKeys: [] },
        ),
      },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
    await fc.assert(
      fc.asyncProperty(body, fc.uuid(), async (value, id) => {
        const { status, text } = await ask(
          operation.route.method,
          operation.route.path.replace('{id}', id),
          JSON.stringify(value),
        );
        expect([status < 500, status < 500 ? '' : text]).toEqual([true, '']);
      }),
      { seed: 11, numRuns: 25 },
    );
  },
);

test.each(reads.map((operation) => [operation.name, operation] as const))(
  '%s takes any query',
  async (_name, operation) => {
    const names = [
      'cursor',
      'limit',
      'after',
      'status',
      'text',
      'taskId',
      ...Object.keys(operation.example as object),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...names), wildText), { maxLength: 4 }),
        wildText,
        async (pairs, id) => {
          const query = new URLSearchParams(
            pairs.map(([name, value]): [string, string] => [name, value.toWellFormed()]),
          );
          const path = operation.route.path.replace('{id}', encodeURIComponent(id.toWellFormed() || 'x'));
          const { status, text } = await ask('GET', `${path}?${query}`, undefined);
          expect([status < 500, status < 500 ? '' : text]).toEqual([true, '']);
        },
      ),
      { seed: 12, numRuns: 25 },
    );
  },
);
