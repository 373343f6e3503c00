import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import type { TopicOutcome } from '../../api/models.ts';
import { plainWords } from '../../api/result.ts';
import { messageQuery } from '../../api/talk-queries.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { MessageForm, type Written } from '../../parts/message/message-form.tsx';
import { ToneDot } from '../../parts/message/message-status.tsx';
import { usePartyNames } from '../../parts/message/parties.ts';
import { isOpen, toneOfMessage } from '../../parts/message/words.ts';

/** Publishes on a topic, and tells what became of it at each subscriber. */
export function Publish({ topic, onClose }: { topic: string; onClose(): void }) {
  const [waits, setWaits] = useState(true);
  const publish = useMutation({
    mutationFn: ({ written, key }: { written: Written; key: string }) =>
      call('topics.publish', { topic, ...written, block: waits }, { idempotencyKey: `${key}-${waits}` }),
  });
  const outcomes = publish.data?.outcomes;
  return (
    <Dialog
      open
      onClose={onClose}
      place="side"
      title={
        <>
          Publish on <code className="text-base break-all">{topic}</code>
        </>
      }
    >
      {outcomes ? (
        <div className="space-y-4">
          <p role="status">
            {outcomes.length === 0
              ? 'Nobody got it: the topic has no subscriber but its sender.'
              : `It went to ${outcomes.length === 1 ? '1 subscriber' : `${outcomes.length} subscribers`}.`}
          </p>
          {publish.data?.taskId && (
            <p>
              It became a task:{' '}
              <Link
                to="/tasks/$taskId"
                params={{ taskId: publish.data.taskId }}
                className="text-accent hover:underline"
              >
                open it
              </Link>
              .
            </p>
          )}
          <ul className="divide-y divide-line rounded-xl border border-line empty:hidden">
            {outcomes.map((outcome) => (
              <li key={outcome.agentId}>
                <OutcomeLine outcome={outcome} />
              </li>
            ))}
          </ul>
          <div className="flex justify-end gap-2">
            <Button onClick={() => publish.reset()}>Publish once more</Button>
            <Button look="main" onClick={onClose}>
              Done
            </Button>
          </div>
        </div>
      ) : (
        <MessageForm
          verb="Publish it"
          isSending={publish.isPending}
          error={publish.error}
          onSend={(written, key) => publish.mutate({ written, key })}
          onChange={() => publish.isError && publish.reset()}
        >
          <label className="flex items-start gap-3 rounded-xl bg-sunken p-3 text-sm">
            <input
              type="checkbox"
              checked={waits}
              onChange={({ target }) => setWaits(target.checked)}
              className="mt-0.5 size-4 accent-accent"
            />
            <span>
              Wait for all handlers
              <span className="block text-soft">
                Tells what became of it at each subscriber; one that fails breaks nobody.
              </span>
            </span>
          </label>
        </MessageForm>
      )}
    </Dialog>
  );
}

const WORDS: Readonly<Record<TopicOutcome['status'], string>> = {
  acknowledged: 'handled it',
  failed: 'could not handle it',
  expired: 'did not handle it in time',
  dead: 'was given up',
  open: 'has not handled it yet',
  refused: 'could not take it',
};

/** What became of it at one subscriber; one that is open is followed until it ends. */
function OutcomeLine({ outcome }: { outcome: TopicOutcome }) {
  const names = usePartyNames();
  const { data: message } = useQuery({
    ...messageQuery(outcome.messageId ?? ''),
    enabled: outcome.status === 'open' && outcome.messageId !== null,
  });
  const status =
    message && !isOpen(message) && message.status !== 'acknowledged'
      ? (message.status as TopicOutcome['status']) // the rest of the statuses
      : message?.status === 'acknowledged'
        ? 'acknowledged'
        : outcome.status;
  const error = message?.error ?? outcome.error;
  const tone = status === 'open' ? 'works' : status === 'refused' ? 'broken' : toneOfMessage(status);
  return (
    <p className="flex items-baseline gap-2.5 px-3 py-2.5 text-sm">
      <ToneDot tone={tone} />
      <span className="min-w-0 flex-1 break-words">
        <bdi className="font-medium">{names(outcome.agentId).name}</bdi> {WORDS[status]}
        {error !== null && (
          <span dir="auto" className="block text-failed">
            {plainWords(error)}
          </span>
        )}
      </span>
    </p>
  );
}
