import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { MessagesSquare, SquarePen } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { newKey } from '../../api/once.ts';
import { agentsQuery } from '../../api/queries.ts';
import { useMay } from '../../api/roles.ts';
import { AgentHeading } from '../../parts/agent/agent-heading.tsx';
import { executorOf } from '../../parts/agent/agent-words.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useTitle } from '../../shell/title.tsx';
import { Composer } from './composer.tsx';
import { EarlierChats } from './earlier.tsx';
import { atIt } from './heard.ts';
import { Answer, AnswerUnderWay, Saying } from './lines.tsx';
import { useTalk } from './use-talk.ts';

const route = getRouteApi('/agents/$agentId/chat');

/** Where the browser keeps the chat one was in with an agent last. */
const shelfName = (agentId: string) => `cadre-chat:${agentId}`;

/** A chat with an agent. Which chat stands in the address; without one, the last with this agent in this browser. */
export function ChatPage() {
  const { agentId } = route.useParams();
  const { chat } = route.useSearch();
  const navigate = route.useNavigate();
  const agents = useQuery(agentsQuery);
  const [last, setLast] = useState(() => localStorage.getItem(shelfName(agentId)));
  const [fresh, setFresh] = useState(newKey);
  const agent = agents.data?.find(({ id }) => id === agentId);
  const name = agent?.name ?? 'the agent';
  const chatId = chat ?? last ?? fresh;
  useTitle(`Talk with ${name}`);
  const keep = () => {
    if (chat === chatId) return;
    localStorage.setItem(shelfName(agentId), chatId);
    setLast(chatId);
    void navigate({ search: { chat: chatId }, replace: true, resetScroll: false });
  };
  const beginAnew = () => {
    localStorage.removeItem(shelfName(agentId));
    setLast(null);
    setFresh(newKey());
    void navigate({ search: {} });
  };
  return (
    <div className="mx-auto max-w-3xl space-y-5">
      <AgentHeading
        agentId={agentId}
        agent={agent}
        title="Talk with"
        name={name}
        action={
          <Button small className="ml-auto" onClick={beginAnew}>
            <SquarePen aria-hidden="true" className="size-4" /> New chat
          </Button>
        }
      >
        {agent && (
          <p className="text-sm text-soft" dir="auto">
            It works by {executorOf(agent.spec)}. Each message becomes a task.
          </p>
        )}
      </AgentHeading>
      {agents.isError && <ProblemBox error={agents.error} onRetry={() => agents.refetch()} />}
      <EarlierChats agentId={agentId} chatId={chatId} />
      <Chat
        key={chatId}
        agentId={agentId}
        name={name}
        chatId={chatId}
        isNew={chatId === fresh}
        onSaid={keep}
      />
    </div>
  );
}

interface ChatProps {
  agentId: string;
  name: string;
  chatId: string;
  isNew: boolean;
  onSaid(): void;
}

function Chat({ name, ...place }: ChatProps) {
  const maySay = useMay('operator');
  const talk = useTalk(place);
  const { phase, lines, heard, problem } = talk;
  const end = useFollow(heard);
  const isSilent = lines.length === 0 && heard === undefined;
  return (
    <>
      {phase === 'opening' && isSilent && <Busy what="Reading what was said" />}
      {phase === 'ready' && isSilent && problem === undefined && (
        <Empty title="Nothing was said yet" icon={<MessagesSquare className="size-6" />}>
          {maySay
            ? 'Write below. The agent remembers what was said in this chat.'
            : 'You may look on. To talk with agents, ask an owner for a key with the role operator.'}
        </Empty>
      )}
      <div role="log" aria-label={`Chat with ${name}`} aria-live="polite" className="space-y-5">
        {lines.map((line) =>
          line.by === 'person' ? (
            <Saying key={line.key} text={line.text} />
          ) : (
            <Answer key={line.key} line={line} name={name} />
          ),
        )}
        {heard && <AnswerUnderWay heard={heard} name={name} isLost={phase === 'lost'} />}
      </div>
      <p role="status" className="sr-only">
        {heard && phase === 'answering' ? atIt(heard, name) : ''}
      </p>
      {phase === 'lost' && (
        <div
          role="alert"
          className="flex flex-wrap items-center gap-3 rounded-xl border border-paused/40 bg-paused/10 p-3 text-sm"
        >
          <p className="flex-1">
            The connection broke. The agent goes on with its work; this page hears on when the server is back.
          </p>
          <Button small onClick={talk.open}>
            Try now
          </Button>
        </div>
      )}
      {problem !== undefined && (
        <ProblemBox error={problem} onRetry={phase === 'ready' && talk.text.trim() ? talk.say : undefined} />
      )}
      {maySay && <Composer talk={talk} name={name} />}
      <div ref={end} />
    </>
  );
}

/** Below it one is at the end, and stays there while the answer grows. */
const NEAR_PX = 160;

/** Keeps the end of the chat in sight while it grows, unless somebody scrolled up to read. */
function useFollow(grows: unknown) {
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is looked at each time the answer has grown
  useEffect(() => {
    const below = document.documentElement.scrollHeight - window.innerHeight - window.scrollY;
    if (below > 0 && below < NEAR_PX) end.current?.scrollIntoView({ block: 'end' });
  }, [grows]);
  return end;
}
