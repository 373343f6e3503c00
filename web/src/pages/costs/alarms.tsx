import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { alarmsQuery } from '../../api/cost-queries.ts';
import type { CadreEvent } from '../../api/models.ts';
import { agentsQuery } from '../../api/queries.ts';
import { plainWords } from '../../api/result.ts';
import { sentenceOf } from '../../live/sentences.ts';
import { Card } from '../../parts/card.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';

/** Budgets that ran low, and tasks that took unusually much. */
export function Alarms() {
  const { data: alarms, error, refetch } = useQuery(alarmsQuery);
  const { data: agents = [] } = useQuery(agentsQuery);
  const names = {
    agent: (id: string) => agents.find((agent) => agent.id === id)?.name,
    step: () => undefined,
  };
  return (
    <Card title="Warnings" about="At 80 % and 100 % of a budget, and when a task takes unusually much.">
      {error && !alarms && <ProblemBox error={error} onRetry={() => refetch()} />}
      {alarms?.length === 0 && <p className="text-sm text-soft">None so far.</p>}
      {alarms && alarms.length > 0 && (
        <ol className="space-y-2.5 text-sm">
          {alarms.map((event) => (
            <li key={event.cursor} className="flex items-baseline gap-3">
              <TriangleAlert
                aria-hidden="true"
                className={`size-4 shrink-0 translate-y-0.5 ${event.type === 'budget.reached' ? 'text-failed' : 'text-paused'}`}
              />
              <p className="min-w-0 flex-1 break-words">
                <Sentence event={event} parts={sentenceOf(event, names)} />
              </p>
              <span className="shrink-0 text-xs text-soft">
                <Ago at={event.at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function Sentence({ event, parts }: { event: CadreEvent; parts: ReturnType<typeof sentenceOf> }) {
  let place = 0;
  const words = parts.map((part) => {
    const key = place++; // the parts of a sentence never change their order
    return typeof part === 'string' ? (
      <span key={key}>{part}</span>
    ) : (
      <bdi key={key}>{plainWords(part.of)}</bdi>
    );
  });
  if (event.rootId === null) return words;
  return (
    <Link to="/tasks/$taskId" params={{ taskId: event.rootId }} className="hover:text-accent hover:underline">
      {words}
    </Link>
  );
}
