import type { ExecutorPort, WorkAnswer } from '../../agents/executor.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { type BuiltInNeeds, receiveBuiltIn } from '../built-in.ts';
import { perform, SKILLS } from '../perform.ts';

/** The built-in skills: no language model, no key, no network. Each call runs in a child process. */
export function createLocalExecutor(needs: Omit<BuiltInNeeds, 'classify'>): ExecutorPort {
  return {
    kind: 'local',
    hosts: () => ['local'],
    async check(_executor, capabilities) {
      const unknown = capabilities.find((name) => !SKILLS.has(name) && name !== 'chief.plan');
      if (unknown) throw new CadreError('agent/skill-unknown', { name: unknown });
    },
    async execute(_executor, order, signal) {
      return { output: await perform(needs, order, signal) } satisfies WorkAnswer;
    },
    receive: (_executor, delivery, signal) =>
      receiveBuiltIn(
        { ...needs, classify: (text) => needs.documents.classify(text, signal) },
        delivery,
        signal,
      ),
  };
}
