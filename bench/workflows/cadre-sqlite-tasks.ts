import { createOnSqlite } from './cadre-sqlite.ts';
import type { OpenWorkflows } from './peer.ts';

/** Each step is a task of its own. */
export const open: OpenWorkflows = (context) =>
  createOnSqlite(context, { name: 'Cadre on SQLite, a task for each step', hands: 'a task each' });
