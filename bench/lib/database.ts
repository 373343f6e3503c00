import pg from 'pg';

/** The server on which the bench makes and drops its own databases. */
export const POSTGRES_SERVER = process.env.BENCH_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432';

async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${POSTGRES_SERVER}/postgres` });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Makes an empty database and answers its address. */
export async function createDatabase(name: string): Promise<string> {
  await admin(`drop database if exists "${name}" with (force)`);
  await admin(`create database "${name}"`);
  return `${POSTGRES_SERVER}/${name}`;
}

export const dropDatabase = (name: string): Promise<void> =>
  admin(`drop database if exists "${name}" with (force)`);
