import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { CadreError } from '../kernel/errors.ts';
import { messageOf } from '../kernel/json.ts';
import { house } from './migrations/0001-house.ts';
import { sessionKey } from './migrations/0002-session-key.ts';
import { mailboxes } from './migrations/0003-mailboxes.ts';
import { teams } from './migrations/0004-teams.ts';
import { relations } from './migrations/0005-relations.ts';
import { delegations } from './migrations/0006-delegations.ts';
import { listeners } from './migrations/0007-listeners.ts';
import { conversations } from './migrations/0008-conversations.ts';
import { progress } from './migrations/0009-progress.ts';
import { solving } from './migrations/0010-solving.ts';
import { collaborations } from './migrations/0011-collaborations.ts';
import { plans } from './migrations/0012-plans.ts';
import { control } from './migrations/0013-control.ts';
import { schedules } from './migrations/0014-schedules.ts';
import { secrets } from './migrations/0015-secrets.ts';
import { models } from './migrations/0016-models.ts';
import { ledger } from './migrations/0017-ledger.ts';
import { energy } from './migrations/0018-energy.ts';
import { chats } from './migrations/0019-chats.ts';
import { modelRules } from './migrations/0020-model-rules.ts';
import { indexes } from './migrations/0021-indexes.ts';
import { insisting } from './migrations/0022-insist.ts';
import type { Schema } from './schema.ts';
import { openSqlite } from './sqlite.ts';
import { writeStatistics } from './statistics.ts';
import type { Store } from './transaction.ts';

export type DialectName = 'sqlite' | 'postgres';

/** Which database: a folder for SQLite, or a PostgreSQL address. `clockOffsetMs` moves `cadre_now()` in tests. */
export type DatabaseOptions =
  | { folder: string; clockOffsetMs?: () => number }
  | { databaseUrl: string; poolSize?: number; clockOffsetMs?: number };

/**
 * Opens the database and brings its tables up to date.
 * @throws CadreError `store/unavailable`, `store/migration`, `home/not-writable`
 */
export async function openDatabase(options: DatabaseOptions): Promise<Store> {
  if ('databaseUrl' in options) {
    const { openPostgres } = await import('./postgres.ts'); // its driver is not loaded where SQLite is used
    const { store, kysely } = openPostgres(options);
    return migrated(store, kysely, 'postgres');
  }
  try {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new CadreError('home/not-writable', { home: options.folder, detail: messageOf(cause) }, { cause });
  }
  const { store, kysely } = await openSqlite(
    join(options.folder, 'cadre.db'),
    options.clockOffsetMs?.() ?? 0,
  );
  return migrated(store, kysely, 'sqlite');
}

async function migrated(store: Store, db: Kysely<Schema>, dialect: DialectName): Promise<Store> {
  const migrations: Record<string, Migration> = {
    '0001-house': house(dialect),
    '0002-session-key': sessionKey,
    '0003-mailboxes': mailboxes(dialect),
    '0004-teams': teams(dialect),
    '0005-relations': relations(dialect),
    '0006-delegations': delegations,
    '0007-listeners': listeners(dialect),
    '0008-conversations': conversations(dialect),
    '0009-progress': progress(dialect),
    '0010-solving': solving(dialect),
    '0011-collaborations': collaborations(dialect),
    '0012-plans': plans(dialect),
    '0013-control': control(dialect),
    '0014-schedules': schedules(dialect),
    '0015-secrets': secrets(dialect),
    '0016-models': models(dialect),
    '0017-ledger': ledger(dialect),
    '0018-energy': energy(dialect),
    '0019-chats': chats(dialect),
    '0020-model-rules': modelRules(dialect),
    '0021-indexes': indexes,
    '0022-insist': insisting(dialect),
  };
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) {
    await store.close();
    if (error instanceof CadreError) throw error;
    const detail = messageOf(error);
    if (detail.includes('corrupted migrations')) {
      throw new CadreError('store/migration', { found: detail, known: Object.keys(migrations).join(', ') });
    }
    throw new CadreError('store/unavailable', { detail }, { cause: error });
  }
  if (dialect === 'sqlite' && results && results.length > 0) await writeStatistics(db);
  return store;
}
