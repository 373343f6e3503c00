import { describe, expect, test } from 'vitest';
import { operations } from '../operations.ts';
import { type Caller, ROLES, type Role } from '../platform/kernel/operation.ts';
import { commandName } from './cli/derived.ts';

const callerOf = (role: Role): Caller => ({
  tenantId: 'none',
  role,
  actor: { kind: 'key', id: 'k', name: 'a test' },
  traceId: 't',
  signal: new AbortController().signal,
});

/** A house without anything in it: who touches it was let in. */
const nothing = new Proxy(
  {},
  {
    get: () => {
      throw new Error('was let in');
    },
  },
) as never; // never used as a house

describe.each(operations.map((operation) => [operation.name, operation] as const))(
  '%s',
  (_name, operation) => {
    test('is described, and its example fits its own schema', () => {
      expect(operation.summary.length).toBeGreaterThan(10);
      expect(operation.summary).toMatch(/[.!]$/);
      expect(ROLES).toContain(operation.permission);
      expect(operation.input.safeParse(operation.example).error).toBeUndefined();
    });

    test('reads with GET only, and names every path parameter in its input', () => {
      // What is checked may be too long for an address: it is sent, and nothing is kept.
      const isCheck = operation.route.path.endsWith('-checks');
      expect(operation.route.method === 'GET' || isCheck).toBe(operation.effect === 'read');
      for (const [, parameter] of operation.route.path.matchAll(/\{(\w+)\}/g)) {
        expect(Object.keys(operation.example as object)).toContain(parameter);
      }
    });

    test('lets in its least role and all above, and refuses the rest before looking at anything', async () => {
      for (const role of ROLES) {
        const may = ROLES.indexOf(role) >= ROLES.indexOf(operation.permission);
        const outcome = await operation.run(nothing, callerOf(role), operation.example).then(
          () => 'was let in', // a stream that has not begun touches nothing yet
          (error: Error & { code?: string }) => error.code ?? error.message,
        );
        expect([role, outcome === 'auth/forbidden']).toEqual([role, !may]);
      }
    });

    test('refuses input of no known form', async () => {
      if (operation.input.safeParse({}).success) return;
      await expect(operation.run(nothing, callerOf('owner'), {})).rejects.toMatchObject({
        code: 'request/invalid',
      });
    });
  },
);

test('names, routes and commands are unique', () => {
  const all = (key: (operation: (typeof operations)[number]) => string) => operations.map(key);
  for (const keys of [
    all((operation) => operation.name),
    all((operation) => `${operation.route.method} ${operation.route.path}`),
    all(commandName),
  ]) {
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  }
});
