import { strict as assert } from 'node:assert';
import type { Agent } from '../../../../src/agents/agent.ts';
import type { Delegation } from '../../../../src/coordination/delegation/delegation.ts';
import { call, idOf, pidIn, refusal } from '../ask.ts';
import type { Method } from '../method.ts';

const NAME = 'Callee';
const PATIENCE_MS = 10_000;

export const callDirectly: Method = {
  id: '7',
  name: 'direct call',
  semantics: 'An agent is looked up by its id and called; its answer, or its own error, comes straight back.',
  operations: ['agents.get', 'agents.delegate'],
  effect: 'the answer of the agent that was looked up, in the same call; its error in its own words',
  broken: { how: 'the agent answers somebody else’s question' },
  async prepare(world) {
    const ask = (id: string, params: object) =>
      call<Delegation>(world, 'agents.delegate', { id, type: 'proof.answer', params, waitMs: PATIENCE_MS });
    return {
      async once(round) {
        const agent = await call<Agent>(world, 'agents.get', { id: idOf(world, NAME) });
        const answer = await ask(agent.id, { question: round });
        return async () => {
          assert.deepEqual([agent.name, agent.enabled], [NAME, true], 'the agent that was asked for');
          assert.equal(answer.status, 'completed', answer.error?.message ?? answer.status);
          assert.equal((answer.result as { answers?: number }).answers, round, 'it answers this question');
          return {
            evidence: [
              { type: 'task.submitted', about: answer.id },
              { type: 'task.settled', about: answer.id },
            ],
            handledBy: pidIn(answer.result),
          };
        };
      },
      twins: [
        {
          says: 'what the agent fails with comes back as it said it',
          async refuses() {
            const failed = await ask(idOf(world, NAME), { question: 'unanswerable' });
            assert.equal(failed.status, 'failed');
            assert.equal(failed.result, null);
            assert.match(failed.error?.message ?? '', /422/);
            return failed.error?.code ?? '';
          },
        },
        {
          says: 'nobody is called under an unknown id',
          refuses: () => refusal(ask('01890000-0000-7000-8000-000000000000', { question: 1 })),
        },
      ],
    };
  },
};
