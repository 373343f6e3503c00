import { strict as assert } from 'node:assert';
import type { WholeCollaboration } from '../../../../src/coordination/collaboration/collaboration.ts';
import { call, idOf, pidIn, refusal } from '../ask.ts';
import type { Evidence, Method, Prepared } from '../method.ts';
import type { World } from '../world.ts';

const MEMBERS = ['Contributor 1', 'Contributor 2', 'Contributor 3'];
const PATIENCE_MS = 20_000;
const ROUNDS = 2;

/** What a contributor answers: what it was asked, and how much of the others it saw. */
interface Said {
  number: number;
  saw: string[];
  pid: number;
}

const forms = {
  parallel: {
    id: '3a',
    semantics: 'All are asked at once, none sees another’s answer, and all answers come back together.',
    effect: 'three answers to this round’s question, each from one who saw nobody',
    sees: () => [],
  },
  sequential: {
    id: '3b',
    semantics: 'One after another is asked, and each sees what those before it answered.',
    effect: 'three answers, the second having seen one and the third having seen two, in their order',
    sees: (place: number) => MEMBERS.slice(0, place),
  },
  iterative: {
    id: '3c',
    semantics:
      'All are asked in rounds, and from the second round on each sees the answers of the rounds before.',
    effect: 'six answers in two rounds, those of the second having seen the three of the first',
    sees: (_place: number, round: number) => (round === 1 ? [] : MEMBERS),
  },
} as const;

const ofMode = (mode: keyof typeof forms): Method => {
  const { id, semantics, effect, sees } = forms[mode];
  const names = MEMBERS.map((name) => `${name}${id.slice(1)}`);
  return {
    id,
    name: `collaboration, ${mode}`,
    semantics,
    operations: ['collaborations.start'],
    effect,
    broken: { how: 'the members acknowledge without contributing' },
    async prepare(world: World): Promise<Prepared> {
      const start = (number: number, agents: string[] = names) =>
        call<WholeCollaboration>(world, 'collaborations.start', {
          mode,
          goal: 'Say what you see',
          params: { number },
          agents,
          ...(mode === 'iterative' && { rounds: ROUNDS }),
          waitMs: PATIENCE_MS,
        });
      return {
        async once(round) {
          const done = await start(round);
          assert.equal(done.status, 'completed', done.sentence);
          assert.equal(done.completeness, 'complete', done.sentence);
          return async () => {
            const rounds = mode === 'iterative' ? ROUNDS : 1;
            assert.equal(done.contributions.length, names.length * rounds, done.sentence);
            const evidence: Evidence[] = [{ type: 'collaboration.started', about: done.id }];
            const handledBy: number[] = [];
            for (const one of done.contributions) {
              const said = (one.data ?? {}) as Partial<Said>; // as the contributors answer
              const place = names.indexOf(one.name);
              assert.equal(one.agentId, idOf(world, one.name));
              assert.equal(said.number, round, `${one.name} answers this question`);
              assert.deepEqual(
                said.saw?.toSorted(),
                sees(place, one.round)
                  .map((name) => `${name}${id.slice(1)}`)
                  .toSorted(),
                `${one.name} saw what it should in round ${one.round}`,
              );
              evidence.push({ type: 'message.acknowledged', about: one.messageId ?? '' });
              handledBy.push(...pidIn(said));
            }
            evidence.push({ type: 'collaboration.ended', about: done.id });
            return { evidence, handledBy };
          };
        },
        twins: [
          {
            says: 'one who fails is named with its reason, and the rest is partial',
            async refuses() {
              const done = await start(0, [...names.slice(0, 2), 'Contrary']);
              const contrary = done.contributions.find(({ name }) => name === 'Contrary');
              assert.deepEqual([done.completeness, contrary?.status], ['partial', 'failed']);
              assert.match(contrary?.error ?? '', /422/);
              return `${done.completeness}: ${contrary?.status}`;
            },
          },
          { says: 'nobody collaborates alone', refuses: () => refusal(start(0, names.slice(0, 1))) },
        ],
      };
    },
  };
};

/** FEATURES CO-5, 3 in its three forms. */
export const collaborations: readonly Method[] = [
  ofMode('parallel'),
  ofMode('sequential'),
  ofMode('iterative'),
];
