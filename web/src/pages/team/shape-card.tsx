import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { call } from '../../api/client.ts';
import type { Team, Topology } from '../../api/models.ts';
import { plainWords } from '../../api/result.ts';
import { useMay } from '../../api/roles.ts';
import { teamQuery } from '../../api/talk-queries.ts';
import { Button } from '../../parts/button.tsx';
import { notify, notifyProblem } from '../../parts/notices.tsx';
import { TOPOLOGIES, TOPOLOGY_WORDS } from '../../parts/team/shape-words.ts';
import { Ago } from '../../parts/time.tsx';
import { Card } from './card.tsx';
import { measuredRows } from './measured.ts';

/** The shape, why the team has it and since when; how to change it, and what it was measured to cost. */
export function ShapeCard({ team }: { team: Team }) {
  const client = useQueryClient();
  const may = useMay('operator');
  const id = useId();
  const change = useMutation({
    mutationFn: (topology: Topology) => call('teams.change', { id: team.id, topology }),
    onSuccess(next) {
      client.setQueryData(teamQuery(team.id).queryKey, next);
      void client.invalidateQueries({ queryKey: ['teams'] });
      notify(`The team is set to ${TOPOLOGY_WORDS[next.topology].name.toLowerCase()}`, next.shapeBecause);
    },
    onError: notifyProblem,
  });
  return (
    <Card title="Why this shape">
      <p className="text-sm">
        <span className="font-medium">{TOPOLOGY_WORDS[team.shape].name}</span>
        <span className="text-soft">: {TOPOLOGY_WORDS[team.shape].means}</span>
      </p>
      <p dir="auto" className="mt-1 text-sm break-words">
        {atStart(plainWords(team.shapeBecause))}
      </p>
      <p className="mt-1 text-xs text-soft">
        Since <Ago at={team.shapeSince} />
      </p>
      {may && (
        <div className="mt-3">
          <label htmlFor={id} className="text-sm font-medium">
            Topology
          </label>
          <select
            id={id}
            value={team.topology}
            disabled={change.isPending}
            onChange={({ target }) => {
              const next = TOPOLOGIES.find((each) => each === target.value);
              if (next) change.mutate(next);
            }}
            className="mt-1 h-9 w-full rounded-lg border border-line bg-paper px-2 text-sm"
          >
            {TOPOLOGIES.map((each) => (
              <option key={each} value={each}>
                {TOPOLOGY_WORDS[each].name}
              </option>
            ))}
          </select>
        </div>
      )}
      {may && team.topology === 'adaptive' && <Review team={team} />}
    </Card>
  );
}

/** Reasons come as the end of a sentence; here each is one. */
const atStart = (reason: string): string =>
  `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}.`;

/** Judges an adaptive team now, with the figures that the event log gives. */
function Review({ team }: { team: Team }) {
  const client = useQueryClient();
  const review = useMutation({
    mutationFn: () => call('teams.review', { id: team.id }),
    onSuccess(answer) {
      client.setQueryData(teamQuery(team.id).queryKey, answer.team);
    },
    onError: notifyProblem,
  });
  const measured = review.data?.measured;
  return (
    <div className="mt-3 space-y-2">
      <Button small disabled={review.isPending} onClick={() => review.mutate()}>
        {review.isPending ? 'Measuring …' : 'Review it now'}
      </Button>
      <div role="status">
        {measured && (
          <dl className="space-y-1.5 text-sm">
            {measuredRows(measured, team).map(({ name, value, note }) => (
              <div key={name}>
                <dt className="text-soft">{name}</dt>
                <dd>
                  <span className="font-medium tabular-nums">{value}</span>{' '}
                  <span className="text-soft">{note}</span>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </div>
  );
}
