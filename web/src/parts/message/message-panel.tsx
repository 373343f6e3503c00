import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { call } from '../../api/client.ts';
import type { MessageWithReplies } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { plainWords } from '../../api/result.ts';
import { useMay } from '../../api/roles.ts';
import { messageQuery } from '../../api/talk-queries.ts';
import { Busy } from '../busy.tsx';
import { Button } from '../button.tsx';
import { Copy } from '../copy.tsx';
import { Dialog } from '../dialog.tsx';
import { type FactRows, Facts } from '../facts.tsx';
import { Json } from '../json.tsx';
import { notify, notifyProblem } from '../notices.tsx';
import { ProblemBox } from '../problem.tsx';
import { Ago, useNow } from '../time.tsx';
import { MessageLine } from './message-line.tsx';
import { MessageStatusWord } from './message-status.tsx';
import { atStart, type PartyNames, usePartyNames } from './parties.ts';
import { PartyLink } from './party-link.tsx';
import { replyStateOf } from './receipts.ts';
import { Receipts } from './receipts.tsx';
import { contentOf, priorityWords, TYPE_WORDS } from './words.ts';

interface MessagePanelProps {
  id: string;
  onClose(): void;
  /** Opens another message in its place: an answer, what it answers, a copy. */
  onOpen(id: string): void;
}

/** All about one message, at the side: who says what to whom, its receipts, and what was answered; live. */
export function MessagePanel({ id, onClose, onOpen }: MessagePanelProps) {
  const { data: message, error, isPending, refetch } = useQuery(messageQuery(id));
  return (
    <Dialog
      open
      onClose={onClose}
      place="side"
      title={message ? <bdi>{plainWords(message.subject)}</bdi> : 'Message'}
    >
      {isPending && <Busy what="Opening the message" />}
      {!message && error && <ProblemBox error={error} onRetry={() => refetch()} />}
      {message && <Whole key={message.id} message={message} onOpen={onOpen} />}
    </Dialog>
  );
}

function Whole({ message, onOpen }: { message: MessageWithReplies; onOpen(id: string): void }) {
  const names = usePartyNames();
  const content = contentOf(message);
  const sender = names(message.senderId, message.senderType);
  return (
    <div className="space-y-6">
      <div className="space-y-2">
        <p className="text-sm break-words">
          <PartyLink party={{ ...sender, name: atStart(sender.name) }} className="font-medium" />
          <span className="text-soft"> to </span>
          <PartyLink party={names(message.recipientId, message.recipientType)} className="font-medium" />
          <span className="text-soft"> · {TYPE_WORDS[message.type]}</span>
        </p>
        {content !== undefined && (
          <p dir="auto" className="break-words whitespace-pre-line">
            {plainWords(content)}
          </p>
        )}
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft">
          <MessageStatusWord message={message} />
          {message.late && <span className="font-medium text-paused">late: it changes nothing any more</span>}
          <Redrive message={message} onOpen={onOpen} />
        </p>
      </div>
      <Part title="Receipts">
        <Receipts message={message} />
      </Part>
      <Part title="Reply">
        <Reply message={message} names={names} onOpen={onOpen} />
      </Part>
      <Part title="What it carries">
        <Json value={message.payload} label="The payload as JSON" />
        {message.result !== null && message.result !== undefined && (
          <div className="mt-3">
            <p className="mb-1 text-sm text-soft">What its handler said when it acknowledged</p>
            <Json value={message.result} label="The result as JSON" />
          </div>
        )}
      </Part>
      <Part title="Envelope">
        <Facts rows={envelopeOf(message, onOpen)} />
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Reply({
  message,
  names,
  onOpen,
}: {
  message: MessageWithReplies;
  names: PartyNames;
  onOpen(id: string): void;
}) {
  const now = useNow();
  const state = replyStateOf(message, now);
  return (
    <div role="status" className="text-sm">
      {state.kind === 'not-wanted' && <p className="text-soft">No answer was asked for.</p>}
      {state.kind === 'awaited' && (
        <p className="text-running">
          Awaited
          {state.until !== null && (
            <>
              {' '}
              until {new Date(state.until).toLocaleTimeString()}; an answer that comes later is kept as late
            </>
          )}
          .
        </p>
      )}
      {state.kind === 'overdue' && (
        <p className="text-paused">
          None in time: it was awaited until {new Date(state.since).toLocaleTimeString()}. What comes now is
          kept as late.
        </p>
      )}
      {state.kind === 'none' && (
        <p className="text-failed">
          There will be none: <bdi>{plainWords(state.because)}</bdi>
        </p>
      )}
      {(state.kind === 'answered' || state.kind === 'late') && (
        <>
          {state.kind === 'late' && (
            <p className="mb-1 text-paused">It came too late and changed nothing for who asked.</p>
          )}
          <div className="divide-y divide-line rounded-xl border border-line">
            {state.replies.map((reply) => (
              <MessageLine key={reply.id} message={reply} names={names} onOpen={onOpen} hide="recipient" />
            ))}
          </div>
        </>
      )}
    </div>
  );
}

/** What was given up can be sent again, as a copy at the end of its conversation. */
function Redrive({ message, onOpen }: { message: MessageWithReplies; onOpen(id: string): void }) {
  const may = useMay('operator');
  const redrive = useRedrive(onOpen);
  const { id, status, seq, redrivenAs } = message;
  if (!may || !['dead', 'failed'].includes(status) || seq === null || redrivenAs !== null) return null;
  return (
    <Button small disabled={redrive.isPending} onClick={() => redrive.mutate(id)}>
      <RotateCcw aria-hidden="true" className="size-4" />
      {redrive.isPending ? 'Sending again …' : 'Redrive'}
    </Button>
  );
}

/** Sends a copy of what was given up; `onSent` gets the id of the copy. */
export function useRedrive(onSent: (copyId: string) => void) {
  const client = useQueryClient();
  const [key] = useState(newKey);
  return useMutation({
    mutationFn: (id: string) => call('messages.redrive', { id }, { idempotencyKey: `${key}-${id}` }),
    onSuccess(copy) {
      notify('Sent again', 'The copy stands at the end of its conversation; the first one keeps its error.');
      for (const name of ['messages', 'message', 'mailbox', 'dead'])
        void client.invalidateQueries({ queryKey: [name] });
      onSent(copy.id);
    },
    onError: notifyProblem,
  });
}

function envelopeOf(message: MessageWithReplies, onOpen: (id: string) => void): FactRows {
  const other = (id: string, words: string) => (
    <button type="button" onClick={() => onOpen(id)} className="text-accent hover:underline">
      {words}
    </button>
  );
  return [
    [
      'Conversation',
      <Link
        key="conversation"
        to="/messages/conversation/$conversationId"
        params={{ conversationId: message.conversationId }}
        className="text-accent hover:underline"
      >
        <bdi>{message.conversationId}</bdi>
      </Link>,
    ],
    ...optional(
      'Task',
      message.taskId !== null && (
        <Link to="/tasks/$taskId" params={{ taskId: message.taskId }} className="text-accent hover:underline">
          Open the task
        </Link>
      ),
    ),
    ...optional(
      'Topic',
      message.topic !== null && (
        <Link to="/messages/topics" search={{ topic: message.topic }} className="text-accent hover:underline">
          {message.topic}
        </Link>
      ),
    ),
    ...optional('Answers', message.inReplyTo !== null && other(message.inReplyTo, 'Open what it answers')),
    ...optional('Sent again as', message.redrivenAs !== null && other(message.redrivenAs, 'Open the copy')),
    ...optional('Is a copy of', message.redriveOf !== null && other(message.redriveOf, 'Open the first one')),
    ['Priority', `${priorityWords(message.priority)} (${message.priority} of 100)`],
    ['Retries', `${message.retryCount} of at most ${message.maxRetries}`],
    ...optional('Expires', message.expiresAt !== null && new Date(message.expiresAt).toLocaleString()),
    ...optional('Hops', message.hops > 0 && `${message.hops} in a chain of answers`),
    ['Sent', <Ago key="sent" at={message.createdAt} />],
    [
      'Id',
      <span key="id">
        <code className="text-xs break-all">{message.id}</code> <Copy text={message.id} what="the id" />
      </span>,
    ],
    ...optional('Sender’s id', message.messageId !== null && <bdi>{message.messageId}</bdi>),
  ];
}

const optional = (name: string, value: ReactNode | false): FactRows =>
  value === false ? [] : [[name, value]];
