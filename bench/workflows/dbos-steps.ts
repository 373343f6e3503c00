/** DBOS with plain steps side by side in one workflow: its cheapest fan-out. */
import { createDbos } from './dbos.ts';
import type { OpenWorkflows } from './peer.ts';

export const open: OpenWorkflows = (context) => createDbos(context, 'steps');
