/**
 * Cadre's mailboxes over one of its stores: the product's own sending (checks, place, event and run in one
 * transaction), worker and handler of messages; only the agent at the end is a function of the bench.
 */
import { agentSpecSchema } from '../../src/agents/agent.ts';
import { createAgent } from '../../src/agents/create.ts';
import type { ExecutorPorts } from '../../src/agents/executor.ts';
import { createMail, type Mail } from '../../src/messages/mail.ts';
import { messageHandle } from '../../src/operator/receive.ts';
import { createLocalBus } from '../../src/platform/bus/local.ts';
import { createEventLog } from '../../src/platform/events/events.ts';
import { systemClock } from '../../src/platform/kernel/clock.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { silentLog } from '../../src/platform/kernel/log.ts';
import { systemRandom } from '../../src/platform/kernel/random.ts';
import { createRuns } from '../../src/platform/runs/runs.ts';
import { createWorker, type RunWorker } from '../../src/platform/runs/worker.ts';
import { insertTenant } from '../../src/platform/store/tenants.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import type { MailboxContext, MailboxPeer } from './peer.ts';

export interface CadreOptions {
  name: string;
  durability: string;
  open(): Promise<Store>;
}

/** Agents made in one transaction. */
const TOGETHER = 100;
/** Messages handled at the same time in this process. */
const PLACES = 64;

export function createCadre(context: MailboxContext, options: CadreOptions): MailboxPeer {
  const tenantId = newId();
  const ids: string[] = [];
  const numbers = new Map<string, number>();
  let store: Store;
  let mail: Mail;
  let worker: RunWorker;

  const port: ExecutorPorts['function'] = {
    kind: 'function',
    hosts: () => [],
    async check() {},
    execute: async () => ({ output: null }),
    async receive(_executor, { agentId, message }) {
      context.handle(numbers.get(agentId) ?? -1, numberOf(message.payload));
      return {};
    },
  };

  return {
    name: options.name,
    durability: options.durability,
    async start() {
      store = await options.open();
      await store.writeAll((tx) =>
        insertTenant(tx, { id: tenantId, name: 'bench', weight: 1, max_running: 1_000 }),
      );
      const bus = createLocalBus();
      const events = createEventLog(store, bus);
      const runs = createRuns({ bus, events });
      mail = createMail({ store, events, runs });
      for (let from = 0; from < context.agents; from += TOGETHER) {
        const count = Math.min(TOGETHER, context.agents - from);
        await store.write(tenantId, async (tx) => {
          for (let index = from; index < from + count; index += 1) {
            const spec = agentSpecSchema.parse({
              name: `agent ${index}`,
              executor: { kind: 'function', name: 'bench' },
            });
            ids.push(await createAgent(tx, { events }, spec, 'idle'));
          }
        });
      }
      for (const [index, id] of ids.entries()) numbers.set(id, index);
      const executors: ExecutorPorts = { local: port, http: port, function: port, mailbox: port };
      worker = createWorker(
        {
          store,
          bus,
          events,
          runs,
          log: silentLog,
          random: systemRandom,
          handlers: { 'message.handle': messageHandle({ store, mail, executors, clock: systemClock }) },
        },
        { name: newId(), concurrency: PLACES, leaseTtlMs: 15_000, alone: store.dialect === 'sqlite' },
      );
      await worker.start();
    },
    async send(from, to, message) {
      await mail.dispatch({
        tenantId,
        message: {
          from: { type: 'agent', id: ids[from]! },
          to: ids[to]!,
          type: 'status_update',
          payload: { data: { message } },
        },
      });
    },
    async count() {
      const row = await store.readAll((tx) =>
        tx.db
          .selectFrom('message')
          .select(({ fn }) => fn.countAll().as('count'))
          .where('status', '=', 'acknowledged')
          .executeTakeFirstOrThrow(),
      );
      return Number(row.count);
    },
    async stop() {
      await worker.stop(2_000);
      await store.close();
    },
  };
}

function numberOf(payload: Record<string, unknown>): number {
  return Number((payload.data as { message: number }).message); // written by send
}
