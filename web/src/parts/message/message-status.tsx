import type { Message } from '../../api/models.ts';
import { MESSAGE_MEANS, type MessageTone, toneOf } from './words.ts';

const TEXT: Readonly<Record<MessageTone, string>> = {
  waits: 'text-pending',
  works: 'text-running',
  done: 'text-completed',
  broken: 'text-failed',
  over: 'text-paused',
};
const DOT: Readonly<Record<MessageTone, string>> = {
  waits: 'border-2 border-pending bg-transparent',
  works: 'bg-running at-work',
  done: 'bg-completed',
  broken: 'bg-failed',
  over: 'bg-paused',
};

export function ToneDot({ tone }: { tone: MessageTone }) {
  return <span aria-hidden="true" className={`inline-block size-2.5 shrink-0 rounded-full ${DOT[tone]}`} />;
}

/** The status of a message: a dot and the word, never colour alone. */
export function MessageStatusWord({ message }: { message: Pick<Message, 'status' | 'recipientType'> }) {
  const { status } = message;
  const tone = toneOf(message);
  return (
    <span
      className={`inline-flex items-center gap-1.5 text-sm font-medium ${TEXT[tone]}`}
      title={MESSAGE_MEANS[status]}
    >
      <ToneDot tone={tone} />
      {status}
    </span>
  );
}
