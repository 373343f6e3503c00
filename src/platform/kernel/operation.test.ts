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

test('what an input names and nothing reads is refused with its place and what there is', async () => {
  const work = vi.fn(async () => ({}));
  const part = z.object({ id: z.string(), more: z.looseObject({ size: z.number() }).optional() });
  const made = operation({
    name: 'boxes.fill',
    summary: 'Fills boxes.',
    route: { method: 'POST', path: '/boxes/fill' },
    input: z.object({
      limits: z.object({ costUsd: z.number() }).partial().default({}),
      parts: z.array(part).max(3).optional(),
      byName: z.record(z.string(), part).optional(),
      how: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('at'), at: z.string() }),
          z.object({ kind: z.literal('every'), everyMs: z.number() }),
        ])
        .nullish(),
      strict: z.strictObject({ a: z.string().optional() }).optional(),
      data: z.json().optional(),
      text: z.string().trim().optional(),
    }),
    output: z.object({}),
    permission: 'viewer',
    effect: 'write',
    example: {},
    run: work,
  });
  const fill = (input: object) => made.run({} as never, caller('owner'), input);
  const wrong: Array<[object, string]> = [
    [
      { limit: {} },
      'limit: nothing has this name here; there is limits, parts, byName, how, strict, data, text',
    ],
    [{ limits: { costUSD: 1 } }, 'limits.costUSD: nothing has this name here; there is costUsd'],
    [{ parts: [{ id: 'a' }, { id: 'b', ids: [] }] }, 'parts.1.ids: nothing has this name'],
    [{ byName: { one: { id: 'a', x: 1 } } }, 'byName.one.x: nothing has this name'],
    [
      { how: { kind: 'at', at: 'now', everyMs: 1 } },
      'how.everyMs: nothing has this name here; there is kind, at',
    ],
    [{ limits: { costUsd: 'x', costUSD: 1 } }, 'limits.costUSD'], // beside what else is wrong
    [JSON.parse('{"__proto__": {"text": "a"}}'), '__proto__: nothing has this name'],
    [{ strict: { b: 1 } }, 'strict.b: nothing has this name'],
    [{ constructor: 1 }, 'constructor: nothing has this name'],
  ];
  for (const [input, text] of wrong) {
    const refused = expect(fill(input)).rejects;
    await refused.toMatchObject({ code: 'request/invalid' });
    await expect(fill(input)).rejects.toThrow(text);
  }
  expect(work).not.toHaveBeenCalled();
  await fill({
    limits: { costUsd: 1 },
    parts: [{ id: 'a', more: { size: 1, colour: 'red' } }],
    byName: { any: { id: 'a' } },
    how: { kind: 'every', everyMs: 1 },
    data: { whatever: { is: ['here'] } },
    text: ' a ',
    absent: undefined,
  });
  await fill({ how: null });
  expect(work).toHaveBeenCalledTimes(2);
});

test('free JSON is looked through once, however deep it is', async () => {
  let looks = 0;
  const leaf = z.string().refine(() => {
    looks += 1;
    return true;
  });
  const free: z.ZodType = z.lazy(() => z.union([leaf, z.array(free), z.record(z.string(), free)]));
  const made = operation({
    name: 'boxes.note',
    summary: 'Notes something.',
    route: { method: 'POST', path: '/boxes/note' },
    input: z.object({ data: free }),
    output: z.object({}),
    permission: 'viewer',
    effect: 'write',
    example: { data: 'a' },
    run: async () => ({}),
  });
  let data: unknown = 'a';
  for (let depth = 0; depth < 20; depth += 1) data = depth % 2 === 0 ? [data] : { data };
  await made.run({} as never, caller('owner'), { data });
  expect(looks).toBe(1);
});
