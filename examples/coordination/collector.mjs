/** An operator that reads figures from lines of text, asks its chief about what it cannot read, and tells the next. */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startAgent } from './protocol.mjs';

/** So that one can see it work, and kill it in the middle. */
const PAUSE_MS = Number(process.env.PAUSE_MS ?? 300);

await startAgent({
  name: 'Collector',
  tasks: {
    'figures.collect': {
      needs: ['lines'],
      dependents: ['Analyst'],
      async run(work) {
        const file = join(work.folder, 'figures');
        const leftOut = [];
        for (const [index, line] of work.input.lines.entries()) {
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
          const figure = Number(line.replace(/^.*[:=]/, ''));
          if (Number.isFinite(figure)) await appendFile(file, `${figure}\n`);
          else {
            const { decision } = await work.ask('Coordinator', 'help', { problem: `"${line}"` });
            if (decision !== 'leave-out') throw new Error(`cannot do ${decision}`);
            leftOut.push(line);
            await work.share('Analyst', 'performance insight', 'unreadable lines', { line: index + 1 });
          }
          if (index + 1 === Math.ceil(work.input.lines.length / 2)) await work.progress(0.5, 'is half way', { lines: index + 1 });
        }
        const figures = (await readFile(file, 'utf8')).trim().split('\n').map(Number);
        return { result: { figures, leftOut }, next: 'Analyst', learned: 'a figure stands after the colon' };
      },
    },
  },
});
