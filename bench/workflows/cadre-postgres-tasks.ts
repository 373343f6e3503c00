import { createOnPostgres } from './cadre-postgres.ts';
import type { OpenWorkflows } from './peer.ts';

/** Each step is a task of its own. */
export const open: OpenWorkflows = (context) =>
  createOnPostgres(context, {
    name: 'Cadre on PostgreSQL, a task for each step',
    hands: 'a task each',
    durability:
      'result, next step, delegation, message and event of every step commit together with fsync (PostgreSQL); a step is a task with a leased run of its own, its work a stored step',
  });
