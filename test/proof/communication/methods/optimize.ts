import { strict as assert } from 'node:assert';
import type { Evaluation, Optimization } from '../../../../src/coordination/search/optimization.ts';
import { call, idOf, refusal } from '../ask.ts';
import type { Evidence, Method } from '../method.ts';

const EVALUATORS = ['First evaluator', 'Second evaluator'];
const MODES = ['plain', 'fancy'];
const SPACE = {
  size: { type: 'range', min: 0, max: 1, step: 0.5 },
  mode: { type: 'choice', values: MODES },
};
const SIZES = [0, 0.5, 1];
const PATIENCE_MS = 20_000;

export const optimize: Method = {
  id: '12',
  name: 'parameter optimisation',
  semantics:
    'A space of parameters is searched: agents evaluate every point of the grid, and the best comes back with its ' +
    'score and all evaluations.',
  operations: ['optimizations.start', 'optimizations.evaluations'],
  effect:
    'the best is the point that this round hid, after six evaluations whose metrics are right, by both agents',
  broken: { how: 'the evaluators acknowledge without evaluating' },
  async prepare(world) {
    const search = (more: object) =>
      call<Optimization>(world, 'optimizations.start', {
        type: 'proof.hidden',
        space: SPACE,
        criteria: { targetMetric: 'distance', minimize: true },
        agents: EVALUATORS,
        parallel: 6,
        waitMs: PATIENCE_MS,
        ...more,
      });
    return {
      async once(round) {
        const hidden = { size: SIZES[round % SIZES.length] ?? 0, mode: MODES[round % MODES.length] ?? '' };
        const found = await search({ params: { hidden } });
        assert.equal(found.status, 'completed', found.sentence);
        const { size, mode } = (found.best?.params ?? {}) as typeof hidden;
        assert.deepEqual({ size, mode }, hidden, 'the best is the hidden point');
        return async () => {
          const { items } = await call<{ items: Evaluation[] }>(world, 'optimizations.evaluations', {
            id: found.id,
          });
          assert.equal(items.length, SIZES.length * MODES.length, 'every point was tried');
          const evidence: Evidence[] = [{ type: 'optimization.started', about: found.id }];
          for (const { params, metrics, score, status, messageId } of items) {
            assert.equal(status, 'answered');
            const point = params as typeof hidden;
            const distance = Math.abs(point.size - hidden.size) + (point.mode === hidden.mode ? 0 : 1);
            assert.equal(metrics?.distance, distance, 'the metric of the point');
            assert.ok(
              (score ?? -1) <= (found.best?.score ?? Number.NEGATIVE_INFINITY),
              'none is better than the best',
            );
            evidence.push({ type: 'message.acknowledged', about: messageId ?? '' });
          }
          assert.deepEqual(
            [...new Set(items.map(({ agentId }) => agentId))].toSorted(),
            EVALUATORS.map((name) => idOf(world, name)).toSorted(),
            'both evaluated',
          );
          evidence.push({ type: 'optimization.ended', about: found.id });
          return { evidence, handledBy: items.flatMap(({ metrics }) => metrics?.pid ?? []) };
        };
      },
      twins: [
        {
          says: 'a space whose end lies before its beginning is refused',
          refuses: () => refusal(search({ space: { size: { type: 'range', min: 1, max: 0, step: 0.5 } } })),
        },
        {
          says: 'where every evaluation fails, nothing is called the best',
          async refuses() {
            const found = await search({
              agents: ['Contrary'],
              params: { hidden: { size: 0, mode: 'plain' } },
            });
            assert.deepEqual([found.status, found.best], ['failed', null]);
            return `${found.status}: ${found.failed} of ${found.evaluations} without success`;
          },
        },
      ],
    };
  },
};
