import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import type { Message, Team } from '../../api/models.ts';
import { plainWords } from '../../api/result.ts';
import { messagePagesQuery } from '../../api/talk-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { buttonLook } from '../../parts/button.tsx';
import { MessageStatusWord } from '../../parts/message/message-status.tsx';
import { atStart, type PartyNames, usePartyNames } from '../../parts/message/parties.ts';
import { contentOf, handedOnIn, TYPE_WORDS } from '../../parts/message/words.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import { sayingsOf } from './sayings-of.ts';

const MOST = 5;
const MOST_HOPS = 12;

/** What was said lately and how far it came: hop by hop, live. */
export function Sayings({ team, onOpen }: { team: Team; onOpen(id: string): void }) {
  const conversation = `team:${team.id}`;
  const query = useInfiniteQuery(messagePagesQuery({ conversation }, 100));
  const names = usePartyNames();
  const sayings = sayingsOf(query.data?.pages.flatMap(({ items }) => items) ?? []);
  if (query.isPending) return <Busy what="Looking for what was said" />;
  if (query.isError) return <ProblemBox error={query.error} onRetry={() => query.refetch()} />;
  if (sayings.length === 0)
    return (
      <p className="text-sm text-soft">
        Nothing yet. What is said in the team goes from hop to hop along its graph, and is seen here as it
        goes.
      </p>
    );
  return (
    <div className="space-y-3">
      <ul className="space-y-3">
        {sayings.slice(0, MOST).map(({ id, hops }) => (
          <li key={id}>
            <Saying hops={hops} names={names} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      <Link
        to="/messages/conversation/$conversationId"
        params={{ conversationId: conversation }}
        className={buttonLook('plain', true)}
      >
        The whole conversation
      </Link>
    </div>
  );
}

interface SayingProps {
  hops: readonly Message[];
  names: PartyNames;
  onOpen(id: string): void;
}

function Saying({ hops, names, onOpen }: SayingProps) {
  const [first] = hops;
  if (!first) return null;
  const content = contentOf(first);
  return (
    <article className="overflow-hidden rounded-2xl border border-line bg-card shadow-card">
      <div className="flex items-baseline gap-3 border-b border-line px-4 py-2 text-sm">
        <p className="min-w-0 flex-1 truncate">
          <bdi className="font-medium">{atStart(names(first.senderId, first.senderType).name)}</bdi>
          <span className="text-soft"> · {TYPE_WORDS[first.type]}: </span>
          <bdi>{plainWords(content ?? first.subject)}</bdi>
        </p>
        <span className="shrink-0 text-xs text-soft">
          <Ago at={first.createdAt} />
        </span>
      </div>
      <ol className="divide-y divide-line">
        {hops.slice(0, MOST_HOPS).map((hop) => (
          <li key={hop.id}>
            <button
              type="button"
              onClick={() => onOpen(hop.id)}
              className="flex w-full items-center gap-2 px-4 py-1.5 text-left text-sm hover:bg-sunken/60"
            >
              <bdi className="min-w-0 truncate">{names(hop.senderId, hop.senderType).name}</bdi>
              <ArrowRight role="img" aria-label="to" className="size-4 shrink-0 text-soft" />
              <bdi className="min-w-0 flex-1 truncate font-medium">
                {names(hop.recipientId, hop.recipientType).name}
              </bdi>
              {handedOnIn(hop.payload) && (
                <span className="hidden shrink-0 text-xs text-soft sm:inline">hands it on</span>
              )}
              <MessageStatusWord message={hop} />
            </button>
          </li>
        ))}
      </ol>
      {hops.length > MOST_HOPS && (
        <p className="border-t border-line px-4 py-1.5 text-xs text-soft">
          and {hops.length - MOST_HOPS} more hops
        </p>
      )}
    </article>
  );
}
