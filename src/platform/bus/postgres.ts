import { listen } from '../store/notify.ts';
import type { Bus, Topic } from './bus.ts';
import { createLocalBus } from './local.ts';

const TOPICS: readonly Topic[] = ['runs', 'events', 'control'];

/** Hints between processes by PostgreSQL NOTIFY. Hints of a burst are sent as one. */
export async function createPostgresBus(databaseUrl: string, processName: string): Promise<Bus> {
  const local = createLocalBus();
  const pending = new Set<Topic>();
  let sending = false;
  const notifications = await listen(
    databaseUrl,
    (payload) => {
      const [sender, ...topics] = payload.split(' ');
      if (sender === processName) return;
      for (const topic of TOPICS) if (topics.includes(topic)) local.hint(topic);
    },
    () => {
      for (const topic of TOPICS) local.hint(topic);
    },
  );

  async function send(): Promise<void> {
    sending = true;
    try {
      while (pending.size > 0) {
        const topics = [...pending];
        pending.clear();
        await notifications.send([processName, ...topics].join(' '));
      }
    } catch {
      pending.clear(); // a lost hint costs latency only; the listener reconnects by itself
    } finally {
      sending = false;
    }
  }

  return {
    hint(topic) {
      local.hint(topic);
      pending.add(topic);
      if (!sending) void send();
    },
    on: local.on,
    async close() {
      await local.close();
      await notifications.close();
    },
  };
}
