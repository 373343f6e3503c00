import { strict as assert } from 'node:assert';
import type { Agent } from '../../../../src/agents/agent.ts';
import { call, finished, pidIn, refusal } from '../ask.ts';
import type { Method } from '../method.ts';

const CAPABILITY = 'proof.choose';

interface Best {
  agentId: string;
  name: string;
  score: number;
  considered: Array<{ agentId: string; score: number }>;
}

export const choose: Method = {
  id: '6',
  name: 'the registry chooses',
  semantics: 'Who can do something is looked up, the best of them by record and load is chosen, and does it.',
  operations: ['agents.best', 'tasks.submit'],
  effect: 'the chosen one, whose score is the highest of all considered, did the task',
  broken: { how: 'whoever is chosen refuses the work' },
  async prepare(world) {
    const best = () => call<Best>(world, 'agents.best', { capability: CAPABILITY });
    return {
      async once(round) {
        const chosen = await best();
        const { id } = await call<{ id: string }>(world, 'tasks.submit', {
          goal: 'Do what you were chosen for',
          agentId: chosen.agentId,
          input: { n: round },
        });
        const task = await finished(world, id);
        return async () => {
          assert.equal(chosen.considered.length, 2, 'both were considered');
          assert.equal(
            chosen.score,
            Math.max(...chosen.considered.map(({ score }) => score)),
            'the best was chosen',
          );
          assert.equal(task.status, 'completed', task.stopSentence ?? 'it completed');
          const { by, n } = (task.result?.output ?? {}) as { by?: string; n?: number }; // as the agent answers
          assert.deepEqual([by, n], [chosen.name, round], 'the chosen one did it');
          return {
            evidence: [
              { type: 'task.submitted', about: id },
              { type: 'task.settled', about: id },
            ],
            handledBy: pidIn(task.result?.output),
          };
        };
      },
      twins: [
        {
          says: 'who is deactivated is not chosen',
          async refuses() {
            const first = await best();
            await call<Agent>(world, 'agents.deactivate', { id: first.agentId });
            try {
              const second = await best();
              assert.notEqual(second.agentId, first.agentId);
              return `${second.name} instead of ${first.name}`;
            } finally {
              await call<Agent>(world, 'agents.activate', { id: first.agentId });
            }
          },
        },
        {
          says: 'nobody is chosen for what nobody can do',
          refuses: () => refusal(call(world, 'agents.best', { capability: 'juggle' })),
        },
      ],
    };
  },
};
