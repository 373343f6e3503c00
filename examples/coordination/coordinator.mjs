/**
 * The chief of the sample team. It asks its operators what they can do, speaks with the built-in chief of the house
 * (chief to chief), hands each piece of work to one operator, and answers their questions while they work.
 */
import { KEEPER, startAgent } from './protocol.mjs';

await startAgent({
  name: 'Coordinator',
  tasks: {
    'report.make': {
      needs: ['lines'],
      dependents: ['Collector', 'Analyst'],
      async run(work) {
        const offers = {};
        for (const name of ['Collector', 'Analyst', KEEPER])
          offers[name] = await work.request('capability_inquiry', name, { requiredCapabilities: [] });
        work.say(`knows ${Object.keys(offers).length} agents and what they offer`);
        // Chief to chief: the other one hears what is planned, and that it may be asked.
        await work.share(KEEPER, 'plan', `plan of ${work.taskId}`, { steps: ['figures.collect', 'figures.analyse'] });
        const collected = await work.delegate('Collector', 'figures.collect', { lines: work.input.lines });
        const analysed = await work.delegate('Analyst', 'figures.analyse', { figures: collected.figures });
        const result = { ...analysed, leftOut: collected.leftOut };
        const learned = 'one line in ten is no figure: leave it out and say so';
        await work.share(KEEPER, 'learned pattern', `pattern of ${work.taskId}`, { learned });
        return { result, learned };
      },
    },
  },
  requests: {
    /** An operator does not know what to do: the chief decides. */
    async help(data, { say }) {
      say(`decides: ${data.problem} is left out`);
      return { decision: 'leave-out' };
    },
  },
});
