import { httpClient } from '../../../src/edge/cli/http-client.ts';
import { operations } from '../../../src/operations.ts';
import { openOutside } from './outside.ts';

/** What a process of agents outside is told by who started it; it answers each with a word. */
export type Order =
  | { do: 'attend'; url: string; key: string; ids: Record<string, string> }
  | { do: 'sabotage'; method: string | null };

const outside = await openOutside(Number(process.argv[2]));
process.on('message', (order: Order) => {
  if (order.do === 'sabotage') outside.sabotage(order.method ?? undefined);
  else outside.attend(httpClient(order.url, order.key, operations), order.ids);
  process.send?.('done');
});
process.on('disconnect', () => process.exit(0)); // it does not outlive who started it
process.send?.('ready');
