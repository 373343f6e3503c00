import { z } from 'zod';
import { fromRfc3339, toRfc3339 } from '../platform/kernel/clock.ts';
import { type BytesAnswer, operation } from '../platform/kernel/operation.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { selectUsage, sumAll, sumBy, type UsageFilter, type UsageKey } from '../platform/store/usage.ts';
import { given, pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import { PURPOSES, USAGE_SOURCES } from './usage.ts';
import { addUp, sumsSchema, toCsv, usageSchema, viewSums, viewUsage, without } from './usage-view.ts';

interface Needs {
  store: Store;
}

const time = z.iso.datetime({ offset: true }).optional();
const filterShape = {
  taskId: z.string().max(64).optional(),
  rootId: z.string().max(64).optional().describe('The whole goal: its task and all below it.'),
  agentId: z.string().max(64).optional(),
  teamId: z.string().max(64).optional(),
  model: z.string().max(200).optional(),
  purpose: z.enum(PURPOSES).optional(),
  source: z.enum(USAGE_SOURCES).optional(),
  since: time.describe('RFC 3339; from this moment on.'),
  until: time.describe('RFC 3339; before this moment.'),
};
interface Asked extends Omit<UsageFilter, 'sinceMs' | 'untilMs'> {
  since?: string;
  until?: string;
}

function filterOf({ since, until, ...filter }: Asked): UsageFilter {
  const [sinceMs, untilMs] = [since, until].map((text) =>
    text === undefined ? undefined : fromRfc3339(text),
  );
  return { ...filter, ...given({ sinceMs, untilMs }) };
}

const KEYS = [
  'agent',
  'task',
  'team',
  'model',
  'purpose',
  'source',
  'tenant',
  'day',
] as const satisfies UsageKey[];
/** More would be no summary; what is beyond them is one row. */
const MOST_GROUPS = 500;
const MOST_EXPORTED = 50_000;

/** What calls took: one by one, added up, and as a table to keep. */
export const usageOperations = [
  operation({
    name: 'usage.list',
    summary:
      'Calls of models and reports of operators, newest first: tokens, money, joules, and how sure they are.',
    route: { method: 'GET', path: '/usage' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ ...filterShape, ...pagesUpTo(500) }),
    output: pageOf(usageSchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, input) =>
      readPage(
        store,
        caller,
        input,
        (tx, { before, limit, ...asked }) =>
          selectUsage(tx, { ...filterOf(asked), ...given({ before }), limit }),
        (_tx, rows) => rows.map(viewUsage),
      ),
  }),
  operation({
    name: 'usage.summary',
    summary:
      'What calls took by agent, task, team, model, purpose, source, tenant or day; the rows add up to the total.',
    route: { method: 'GET', path: '/usage-summary' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      by: z.enum(KEYS).default('agent'),
      ...filterShape,
    }),
    output: z.object({
      by: z.enum(KEYS),
      /** The dearest first. Key: an id, a name, or a day; null: calls that have none. */
      items: z.array(sumsSchema.extend({ key: z.string().nullable() })),
      /** Of more rows than are shown. */
      others: sumsSchema.nullable(),
      total: sumsSchema,
    }),
    example: { by: 'model' },
    run: ({ store }: Needs, caller, { by, ...asked }) =>
      store.read(caller.tenantId, (tx) => summarise(tx, by, filterOf(given(asked)))),
  }),
  operation({
    name: 'usage.export',
    summary:
      'Calls as a table: CSV for spreadsheets, or JSON; the newest ones where there are more than `limit`.',
    route: { method: 'GET', path: '/usage-export', answer: 'bytes' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      format: z.enum(['csv', 'json']).default('csv'),
      limit: z.coerce.number().int().min(1).max(MOST_EXPORTED).default(10_000),
      ...filterShape,
    }),
    output: z.custom<BytesAnswer>(),
    example: { format: 'csv' },
    async run({ store }: Needs, caller, { format, limit, ...asked }): Promise<BytesAnswer> {
      const rows = await store.read(caller.tenantId, (tx) =>
        selectUsage(tx, { ...filterOf(given(asked)), limit }),
      );
      const views = rows.map(viewUsage);
      const text = format === 'csv' ? toCsv(views) : JSON.stringify(views, null, 2);
      return {
        name: `usage.${format}`,
        mediaType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
        bytes: new TextEncoder().encode(text),
      };
    },
  }),
];

async function summarise(tx: TenantTx, by: UsageKey, filter: UsageFilter) {
  const groups = await sumBy(tx, by, { ...filter, limit: MOST_GROUPS });
  // Added up from the rows themselves, so that a call that comes in between is in both or in neither.
  const total = groups.length < MOST_GROUPS ? addUp(groups) : await sumAll(tx, filter);
  const others = without(total, groups);
  return {
    by,
    items: groups.map(({ key, ...sums }) => ({ key: keyOf(by, key), ...viewSums(sums) })),
    others: others.calls > 0 ? viewSums(others) : null,
    total: viewSums(total),
  };
}

const keyOf = (by: UsageKey, key: string | null): string | null =>
  by === 'day' && key !== null ? toRfc3339(Number(key)).slice(0, 10) : key;
