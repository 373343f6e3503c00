import pg from 'pg';

/** One connection that listens for hints of other processes, and sends ours. */
export interface Notifications {
  send(payload: string): Promise<void>;
  close(): Promise<void>;
}

/** Hints for everybody, and text of models for whoever watches. */
export type Channel = 'cadre_hints' | 'cadre_text';

/**
 * Listens until closed; when the connection breaks it is made anew, and `onGap` says that hints may have been
 * missed (readers then look by themselves: a hint is never the truth).
 */
export async function listen(
  databaseUrl: string,
  onHint: (payload: string) => void,
  onGap: () => void,
  channel: Channel = 'cadre_hints',
): Promise<Notifications> {
  let closed = false;
  let client: pg.Client | undefined;
  client = await connect();

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: channel.replace('_', '-'),
      connectionTimeoutMillis: 3_000,
      keepAlive: true,
    });
    next.on('notification', ({ payload }) => onHint(payload ?? ''));
    next.on('error', () => {}); // 'end' follows and reconnects
    // Of the one in use alone: one that could not be made ends as well, and is tried again where it was made.
    next.on('end', () => {
      if (next === client) later(500);
    });
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      return next;
    } catch (thrown) {
      next.end().catch(() => {});
      throw thrown;
    }
  }

  function later(delayMs: number): void {
    if (!closed) setTimeout(reconnect, delayMs).unref();
  }

  async function reconnect(): Promise<void> {
    try {
      const next = await connect();
      if (closed) return void next.end().catch(() => {});
      client = next;
      onGap();
    } catch {
      later(1_000); // polling carries on meanwhile
    }
  }

  return {
    async send(payload) {
      await client?.query('select pg_notify($1, $2)', [channel, payload]);
    },
    async close() {
      closed = true;
      await client?.end();
    },
  };
}
