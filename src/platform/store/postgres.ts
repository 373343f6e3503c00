import type { Writable } from 'node:stream';
import { Kysely, PostgresDialect, type PostgresPoolClient, sql } from 'kysely';
import pg from 'pg';
import { CadreError } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';
import { messageOf } from '../kernel/json.ts';
import { postgresDifferences } from './differences.ts';
import type { Schema } from './schema.ts';
import { makeStore } from './scope.ts';
import type { Store } from './transaction.ts';

const INT8 = 20;
/** Statements kept prepared on each connection; texts beyond it are sent unprepared. */
const PREPARED_STATEMENTS = 300;

/** A pool of connections with prepared statements. 64-bit integers arrive as numbers (ours stay below 2^53). */
export function openPostgres(options: { databaseUrl: string; poolSize?: number; clockOffsetMs?: number }): {
  store: Store;
  kysely: Kysely<Schema>;
} {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.poolSize ?? 12,
    pipeline: true, // statements that do not wait for one another travel together
    connectionTimeoutMillis: 3_000,
    statement_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
    application_name: 'cadre',
    // Statements are short: compiling one takes longer than carrying it out.
    options: `-c jit=off${options.clockOffsetMs ? ` -c cadre.clock_offset_ms=${options.clockOffsetMs}` : ''}`,
    types: {
      getTypeParser: (oid, format) =>
        oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  pool.on('error', () => {}); // an idle connection died; the pool replaces it and the next query says so
  pool.on('connect', (client) => client.on('error', () => {})); // one in use died: its statements say so
  const names = new Map<string, string>();
  const kind = new PostgresDialect({
    pool: { connect: async () => prepared(await connect(pool), names), end: () => pool.end(), options: {} },
  });
  const kysely = new Kysely<Schema>({ dialect: kind });
  const store = makeStore({
    dialect: 'postgres',
    differ: postgresDifferences,
    kind,
    writer: kysely,
    reader: kysely,
    enterTenant,
    leaveTenant: (db) => sql`set local role none`.execute(db),
    close: () => kysely.destroy(),
  });
  return { store, kysely };
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (cause) {
    throw new CadreError('store/unavailable', { detail: messageOf(cause) }, { cause });
  }
}

/** Statements that are worth preparing; `begin`, `commit` and settings are not. */
const PREPARABLE = /^\s*(select|insert|update|delete|with)\b/i;

/**
 * Gives hot statements a name, so that PostgreSQL parses and plans them once per connection, and sends `begin`
 * together with the first statement when that has no parameters, which saves a round trip.
 */
function prepared(client: pg.PoolClient, names: Map<string, string>): PostgresPoolClient {
  let opening = false;
  /** What is sent until this turn of the event loop ends goes into the socket at once: writing to it is what costs. */
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection; // a pg.Client has it
  let isCorked = false;
  const gather = () => {
    if (isCorked) return;
    isCorked = true;
    stream.cork();
    process.nextTick(() => {
      isCorked = false;
      stream.uncork();
    });
  };
  const nameOf = (text: string): string | undefined => {
    if (!PREPARABLE.test(text)) return undefined;
    const known = names.get(text);
    if (known || names.size >= PREPARED_STATEMENTS) return known;
    const name = `cadre_${names.size}`;
    names.set(text, name);
    return name;
  };
  const send = async (text: string, values: readonly unknown[]) => {
    if (text === 'begin') {
      opening = true;
      return NOTHING;
    }
    gather();
    if (opening) {
      opening = false;
      if (text === 'commit' || text === 'rollback') return NOTHING;
      if (values.length === 0 && !PREPARABLE.test(text)) return client.query(`begin; ${text}`);
      // Not awaited: the driver sends it first, and a failure shows in the statement that follows.
      client.query('begin').catch(() => {});
    }
    const name = nameOf(text);
    return client.query(name ? { name, text, values: [...values] } : { text, values: [...values] });
  };
  const query = async (text: string, values: readonly unknown[]) => {
    try {
      const result = await send(text, values);
      return Array.isArray(result) ? result.at(-1) : result; // of several statements the last one counts
    } catch (thrown) {
      throw postgresError(thrown);
    }
  };
  // Kysely calls query(text, values) and release() only; cursors are not used.
  return { query, release: () => client.release() } as unknown as PostgresPoolClient;
}

const NOTHING = { command: 'BEGIN', rowCount: 0, rows: [], oid: 0, fields: [] };

function enterTenant(db: Kysely<Schema>, tenantId: string): Promise<unknown> {
  if (!isId(tenantId)) throw new CadreError('tenant/not-found', { id: tenantId });
  return sql.raw(`set local role cadre_tenant; set local cadre.tenant = '${tenantId}'`).execute(db);
}

function postgresError(thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const detail = messageOf(thrown);
  if (code === '53100') return new CadreError('store/full', { detail }, { cause: thrown });
  if (/^(08|57|53|55006|25006)/.test(code) || /ECONN|EPIPE|terminated|timeout/i.test(`${code} ${detail}`)) {
    return new CadreError('store/unavailable', { detail }, { cause: thrown });
  }
  return thrown;
}
