/** The scripted provider as a process of its own: says its address, and how many requests it had since it was asked last. */
import { startScriptedProvider } from '../../test/support/provider/server.ts';
import { callsAfter, SAYS, WORKLOADS } from './workloads.ts';

const provider = await startScriptedProvider({
  models: WORKLOADS.map(({ model }) => model),
  script({ model, messages }) {
    const turns = messages.filter(({ role }) => role === 'assistant').length;
    const calls = callsAfter(model, turns);
    return calls ? { calls } : { text: SAYS };
  },
});
process.on('message', () => {
  process.send?.({ requests: provider.requests.length });
  provider.requests.length = 0;
});
process.on('disconnect', () => process.exit()); // never outlives the bench
process.send?.({ url: provider.url, host: provider.host });
