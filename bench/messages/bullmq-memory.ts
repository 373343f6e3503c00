import { createBullmq } from './bullmq.ts';
import type { OpenMailbox } from './peer.ts';

/** The same over a Redis that writes nothing to disk. */
export const open: OpenMailbox = (context) =>
  createBullmq(context, {
    port: context.redisMemoryPort,
    name: 'BullMQ on Redis in memory',
    durability: 'nothing (appendonly no)',
  });
