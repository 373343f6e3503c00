import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Caller, operation, ROLES } from './operation.ts';

const caller = (role: Caller['role']): Caller => ({
  tenantId: 't',
  actor: { kind: 'key', id: 'k', name: 'k' },
  role,
  traceId: 'x',
  signal: new AbortController().signal,
});

function setUp() {
  const work = vi.fn(async (_needs: object, _caller: Caller, { size }: { size: number }) => ({ size }));
  const made = operation({
    name: 'boxes.make',
    summary: 'Makes a box.',
    route: { method: 'POST', path: '/boxes' },
    input: z.object({ size: z.number().max(10).default(3) }),
    output: z.object({ size: z.number() }),
    permission: 'admin',
    effect: 'write',
    example: {},
    run: work,
  });
  return { work, made };
}

test('an operation gives its work what the schema makes of the input', async () => {
  const { made } = setUp();
  expect(await made.run({} as never, caller('owner'), {})).toEqual({ size: 3 });
});

test.each(ROLES)('%s may do what its rank allows', async (role) => {
  const { made, work } = setUp();
  const running = made.run({} as never, caller(role), {});
  if (['admin', 'owner'].includes(role)) await running;
  else await expect(running).rejects.toMatchObject({ code: 'auth/forbidden' });
  expect(work).toHaveBeenCalledTimes(['admin', 'owner'].includes(role) ? 1 : 0);
});

test('the role is looked at before the input, and a wrong input names its field', async () => {
  const { made, work } = setUp();
  await expect(made.run({} as never, caller('viewer'), { size: 'x' })).rejects.toMatchObject({
    code: 'auth/forbidden',
  });
  const refused = made.run({} as never, caller('owner'), { size: 11 });
  await expect(refused).rejects.toMatchObject({ code: 'request/invalid' });
  await expect(refused).rejects.toThrow('size');
  await expect(made.run({} as never, caller('owner'), 'text')).rejects.toThrow('input:');
  expect(work).not.toHaveBeenCalled();
});
