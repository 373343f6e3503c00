import { strict as assert } from 'node:assert';
import type { Task } from '../../../../src/tasks/task.ts';
import { call, finished, pidIn } from '../ask.ts';
import type { Method } from '../method.ts';

const TEXT = 'to be or not to be';
const STEPS = ['analyze_content', 'analyze_structure', 'select_algorithm', 'compress'];

export const orchestrate: Method = {
  id: '4',
  name: 'through the chief',
  semantics:
    'A goal is submitted, the chief makes a plan of it, chooses an operator for each step, runs what may run side by ' +
    'side, and hands the result back.',
  operations: ['tasks.submit', 'tasks.get'],
  effect:
    'the result of the last of four steps holds what both first steps found, each done by who offers it',
  broken: { how: 'the operators answer without having done anything' },
  async prepare(world) {
    const submit = (more: object = {}) =>
      call<{ id: string }>(world, 'tasks.submit', {
        goal: 'Compress this',
        type: 'compression_analysis',
        input: { text: TEXT },
        ...more,
      });
    return {
      async once(round) {
        const text = `${TEXT} ${'again '.repeat(round % 7)}`;
        const { id } = await submit({ input: { text } });
        const task = await finished(world, id);
        return async () => {
          assert.equal(task.status, 'completed', task.stopSentence ?? 'it completed');
          const output = (task.result?.output ?? {}) as { found?: object }; // as the agents answer
          assert.deepEqual(
            output.found,
            { letters: text.replaceAll(/[^a-z]/gi, '').length, words: text.split(' ').length },
            'the result holds what both first steps found',
          );
          const { items } = await call<{ items: Task[] }>(world, 'tasks.list', { all: true, limit: 5 });
          const steps = items.filter((one) => one.parentId === id);
          assert.deepEqual(
            steps.map(({ step }) => step).toSorted(),
            STEPS.toSorted(),
            'the plan has four steps',
          );
          const who = new Map(steps.map(({ step, agentName }) => [step, agentName]));
          assert.equal(who.get('analyze_content'), 'Analyst of content');
          assert.equal(who.get('analyze_structure'), 'Analyst of structure');
          return {
            evidence: [
              { type: 'plan.made', about: id },
              ...steps.map((step) => ({ type: 'task.settled' as const, about: step.id })),
              { type: 'task.settled', about: id },
            ],
            handledBy: pidIn(output),
          };
        };
      },
      twins: [
        {
          says: 'a goal that nobody can do is refused by name before any work begins',
          async refuses() {
            const { id } = await submit({ type: 'code_review' });
            const task = await finished(world, id);
            assert.equal(task.status, 'failed');
            assert.equal(task.error?.code, 'task/no-capability');
            assert.deepEqual(task.steps, []);
            return task.error.code;
          },
        },
      ],
    };
  },
};
