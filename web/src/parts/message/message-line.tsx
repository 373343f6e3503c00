import type { Message } from '../../api/models.ts';
import { plainWords } from '../../api/result.ts';
import { Ago } from '../time.tsx';
import { MessageStatusWord } from './message-status.tsx';
import { atStart, type PartyNames } from './parties.ts';
import { contentOf, TYPE_WORDS } from './words.ts';

interface MessageLineProps {
  message: Message;
  names: PartyNames;
  onOpen(id: string): void;
  /** Who is left out because the page is about them. */
  hide?: 'sender' | 'recipient';
}

/** A message in a list: who wrote what to whom, how it stands. A press opens it. */
export function MessageLine({ message, names, onOpen, hide }: MessageLineProps) {
  const { id, type, subject, late } = message;
  const sender = names(message.senderId, message.senderType);
  const recipient = names(message.recipientId, message.recipientType);
  const content = contentOf(message);
  return (
    <article className="relative flex flex-col gap-1 px-4 py-2.5 hover:bg-sunken/60 has-[button:focus-visible]:outline-2 has-[button:focus-visible]:-outline-offset-2 has-[button:focus-visible]:outline-accent">
      <p className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5 text-sm">
        <span className="min-w-0 flex-1 basis-52 break-words">
          {hide !== 'sender' && <bdi className="font-medium">{atStart(sender.name)}</bdi>}
          {hide === undefined && <span className="text-soft"> to </span>}
          {hide !== 'recipient' && (
            <bdi className="font-medium">{hide === 'sender' ? `To ${recipient.name}` : recipient.name}</bdi>
          )}
          <span className="text-soft"> · {TYPE_WORDS[type]}</span>
        </span>
        <span className="flex shrink-0 items-baseline gap-3">
          {late && <span className="text-xs font-medium text-paused">late</span>}
          <MessageStatusWord message={message} />
          <span className="w-20 text-right text-xs text-soft">
            <Ago at={message.createdAt} />
          </span>
        </span>
      </p>
      <button
        type="button"
        onClick={() => onOpen(id)}
        className="line-clamp-2 text-left text-sm break-words outline-none after:absolute after:inset-0"
      >
        <bdi>{plainWords(subject)}</bdi>
        {content !== undefined && content !== subject && (
          <span className="text-soft">
            {' '}
            – <bdi>{plainWords(content)}</bdi>
          </span>
        )}
      </button>
      {message.error !== null && (
        <p dir="auto" className="line-clamp-2 text-sm break-words text-failed">
          {plainWords(message.error)}
        </p>
      )}
    </article>
  );
}
