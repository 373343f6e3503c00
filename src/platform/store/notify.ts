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
  let client = await connect();

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: channel.replace('_', '-'),
      keepAlive: true,
    });
    next.on('notification', ({ payload }) => onHint(payload ?? ''));
    next.on('error', () => {}); // 'end' follows and reconnects
    next.on('end', () => {
      if (!closed) setTimeout(reconnect, 500).unref();
    });
    await next.connect();
    await next.query(`listen ${channel}`);
    return next;
  }

  async function reconnect(): Promise<void> {
    try {
      client = await connect();
      onGap();
    } catch {
      if (!closed) setTimeout(reconnect, 1_000).unref(); // polling carries on meanwhile
    }
  }

  return {
    async send(payload) {
      await client.query('select pg_notify($1, $2)', [channel, payload]);
    },
    async close() {
      closed = true;
      await client.end();
    },
  };
}
