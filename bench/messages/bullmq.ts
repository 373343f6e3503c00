/** BullMQ on Redis: a queue and a worker per agent, concurrency 1; a message is a job. */
import { Queue, Worker } from 'bullmq';
import type { MailboxContext, MailboxPeer, OpenMailbox } from './peer.ts';

export const open: OpenMailbox = (context) =>
  createBullmq(context, {
    port: context.redisPort,
    name: 'BullMQ on Redis',
    durability: 'fsync before the answer (appendonly, appendfsync always, a redis-server of its own)',
  });

/** BullMQ over the Redis that listens on `port`. */
export function createBullmq(
  context: MailboxContext,
  { port, name, durability }: { port: number; name: string; durability: string },
): MailboxPeer {
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const options = { connection, prefix: `bench${process.pid}` };
  const queues: Queue[] = [];
  const workers: Worker[] = [];
  return {
    name,
    durability,
    async start() {
      for (let agent = 0; agent < context.agents; agent += 1) {
        queues.push(new Queue(`agent-${agent}`, options));
        const worker = new Worker(`agent-${agent}`, async (job) => context.handle(agent, job.data.message), {
          ...options,
          concurrency: 1,
        });
        worker.on('error', (error) => console.error(error));
        workers.push(worker);
      }
      for (const worker of workers) await worker.waitUntilReady();
    },
    async send(_from, to, message) {
      await queues[to]!.add('message', { message });
    },
    async count() {
      let count = 0;
      for (const queue of queues) count += (await queue.getJobCounts('completed')).completed ?? 0;
      return count;
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.close()));
      for (const queue of queues) await queue.close();
    },
  };
}
