/** An operator that describes figures, uses what the one before it learned, and escalates what looks wrong. */
import { startAgent } from './protocol.mjs';

await startAgent({
  name: 'Analyst',
  tasks: {
    'figures.analyse': {
      needs: ['figures'],
      async run(work) {
        const { figures } = work.input;
        const total = figures.reduce((sum, figure) => sum + figure, 0);
        const mean = total / figures.length;
        const outliers = figures.filter((figure) => figure > 2 * mean);
        if (outliers.length > 0)
          await work.escalate('outlier', `${outliers.join(', ')} is far above the mean of ${mean.toFixed(1)}`, { outliers });
        work.say(`uses ${work.known.length} thing(s) it was told`);
        return { result: { count: figures.length, total, mean, outliers }, learned: 'look at outliers first' };
      },
    },
  },
});
