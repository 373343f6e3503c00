import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Radio, X } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Topic } from '../../api/models.ts';
import { agentsQuery } from '../../api/queries.ts';
import { useMay } from '../../api/roles.ts';
import { topicsQuery } from '../../api/talk-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { focusProblem } from '../../parts/focus-problem.ts';
import { SelectField, TextField } from '../../parts/message/form-field.tsx';
import { MESSAGE_PAGES, PageTabs } from '../../parts/message/tabs.tsx';
import { notifyProblem } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useTitle } from '../../shell/title.tsx';
import { Publish } from './publish.tsx';

/** Topics: who gets what is published, and publishing. */
export function Topics() {
  const { topic: openTopic } = useSearch({ from: '/messages/topics' });
  const navigate = useNavigate({ from: '/messages/topics' });
  const topics = useQuery(topicsQuery);
  const may = useMay('operator');
  const [publishing, setPublishing] = useState<string>();
  useTitle('Topics');
  const items = topics.data?.items ?? [];
  // A topic that is linked to may have no subscriber any more.
  const shown: Topic[] =
    openTopic !== undefined && topics.data && !items.some(({ topic }) => topic === openTopic)
      ? [{ topic: openTopic, subscribers: [] }, ...items]
      : items;
  return (
    <div className="space-y-5">
      <h1 className="text-2xl font-semibold">Messages</h1>
      <PageTabs label="Parts of the messages" pages={MESSAGE_PAGES} />
      {topics.isPending && <Busy what="Looking for topics" />}
      {topics.isError && <ProblemBox error={topics.error} onRetry={() => topics.refetch()} />}
      {may && topics.data && (
        <Subscribe
          topic={openTopic}
          onSubscribed={(topic) => void navigate({ search: { topic }, replace: true, resetScroll: false })}
        />
      )}
      {topics.data && shown.length === 0 && (
        <Empty title="No agent has subscribed to a topic" icon={<Radio className="size-6" />}>
          What is published on a topic goes into the mailbox of each agent that subscribed to it.
        </Empty>
      )}
      <ul className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        {shown.map((topic) => (
          <li key={topic.topic} className="min-w-0">
            <TopicCard
              topic={topic}
              isOpen={topic.topic === openTopic}
              onPublish={may ? () => setPublishing(topic.topic) : undefined}
            />
          </li>
        ))}
      </ul>
      {publishing !== undefined && (
        <Publish key={publishing} topic={publishing} onClose={() => setPublishing(undefined)} />
      )}
    </div>
  );
}

interface TopicCardProps {
  topic: Topic;
  isOpen: boolean;
  onPublish: (() => void) | undefined;
}

function TopicCard({ topic: { topic, subscribers }, isOpen, onPublish }: TopicCardProps) {
  return (
    <article
      className={`h-full space-y-3 rounded-2xl border bg-card p-4 shadow-card ${isOpen ? 'border-accent' : 'border-line'}`}
    >
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-mono text-sm font-semibold break-all">{topic}</h2>
          <p className="text-sm text-soft">
            {subscribers.length === 1 ? '1 subscriber' : `${subscribers.length} subscribers`}
          </p>
        </div>
        {onPublish && (
          <Button
            small
            onClick={onPublish}
            disabled={subscribers.length === 0}
            aria-label={`Publish on ${topic}`}
          >
            Publish
          </Button>
        )}
      </div>
      {subscribers.length > 0 && (
        <ul aria-label={`Subscribers of ${topic}`} className="flex flex-wrap gap-1.5">
          {subscribers.map(({ agentId, name }) => (
            <li key={agentId} className="max-w-full">
              <Subscriber topic={topic} agentId={agentId} name={name} />
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

function Subscriber({ topic, agentId, name }: { topic: string; agentId: string; name: string }) {
  const client = useQueryClient();
  const may = useMay('operator');
  const leave = useMutation({
    mutationFn: () => call('topics.unsubscribe', { topic, agentId }),
    onSuccess: () => client.invalidateQueries({ queryKey: topicsQuery.queryKey }),
    onError: notifyProblem,
  });
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-lg border border-line px-2 py-1 text-sm">
      <bdi className="truncate">{name}</bdi>
      {may && (
        <button
          type="button"
          disabled={leave.isPending}
          onClick={() => leave.mutate()}
          aria-label={`Unsubscribe ${name} from ${topic}`}
          title="Unsubscribe"
          className="rounded p-0.5 text-soft hover:bg-sunken hover:text-ink"
        >
          <X aria-hidden="true" className="size-3.5" />
        </button>
      )}
    </span>
  );
}

const TOPIC = /^[a-z0-9][a-z0-9._-]{0,99}$/i;

function Subscribe({
  topic: first,
  onSubscribed,
}: {
  topic: string | undefined;
  onSubscribed(topic: string): void;
}) {
  const client = useQueryClient();
  const { data: agents = [] } = useQuery(agentsQuery);
  const [topic, setTopic] = useState(first ?? '');
  const [agentId, setAgentId] = useState('');
  const [problem, setProblem] = useState<string>();
  const there = agents.filter(({ status }) => status !== 'archived');
  const chosen = agentId || (there[0]?.id ?? '');
  const subscribe = useMutation({
    mutationFn: () => call('topics.subscribe', { topic: topic.trim(), agentId: chosen }),
    async onSuccess(answer) {
      await client.invalidateQueries({ queryKey: topicsQuery.queryKey });
      onSubscribed(answer.topic);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (TOPIC.test(topic.trim())) return subscribe.mutate();
    setProblem('Letters, digits, . _ and - only, such as news.reports.');
    focusProblem(event.currentTarget, { topic });
  };
  return (
    <form
      onSubmit={submit}
      noValidate
      aria-label="Subscribe an agent"
      className="rounded-2xl border border-line bg-card p-4 shadow-card"
    >
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-[1fr_1fr_auto] sm:items-start">
        <TextField
          label="Topic"
          name="topic"
          value={topic}
          onChange={(value) => {
            setTopic(value);
            setProblem(undefined);
            subscribe.reset();
          }}
          placeholder="news.reports"
          problem={problem}
          mono
        />
        <SelectField
          label="Agent"
          name="agent"
          value={chosen}
          onChange={setAgentId}
          options={there.map(({ id, name }) => [id, name])}
        />
        <Button type="submit" className="sm:mt-7" disabled={subscribe.isPending || chosen === ''}>
          Subscribe
        </Button>
      </div>
      {subscribe.isError && (
        <div className="mt-3">
          <ProblemBox error={subscribe.error} />
        </div>
      )}
    </form>
  );
}
