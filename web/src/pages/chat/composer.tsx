import { useMutation } from '@tanstack/react-query';
import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, type SubmitEvent, useEffect, useRef } from 'react';
import { call } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { notifyProblem } from '../../parts/notices.tsx';
import type { Talk } from './use-talk.ts';

/** What a message may have: as a goal (the server's src/tasks/task.ts). */
const MOST_LETTERS = 10_000;

/** The box in which one writes; while the agent answers, the way to stop it. */
export function Composer({ talk, name }: { talk: Talk; name: string }) {
  const { phase, text, heard } = talk;
  const box = useRef<HTMLTextAreaElement>(null);
  const stop = useMutation({
    mutationFn: (id: string) => call('tasks.terminate', { id, reason: 'stopped in the chat' }),
    onError: notifyProblem,
  });
  useEffect(() => box.current?.focus(), []);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    talk.say();
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While letters are put together (Japanese, Chinese), Enter takes what is offered.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    talk.say();
  };
  const isAnswering = phase === 'answering' && heard !== undefined;
  return (
    <form
      onSubmit={submit}
      className="sticky bottom-20 rounded-2xl border border-line bg-card shadow-float focus-within:border-accent md:bottom-4"
    >
      <textarea
        ref={box}
        value={text}
        readOnly={phase === 'sending'}
        onChange={(event) => talk.setText(event.target.value)}
        onKeyDown={press}
        rows={2}
        maxLength={MOST_LETTERS}
        dir="auto"
        aria-label={`Message to ${name}`}
        aria-describedby="chat-how"
        placeholder="Write a message"
        className="field-sizing-content block max-h-60 min-h-16 w-full resize-none rounded-2xl bg-transparent px-4 pt-3 pb-1 outline-none placeholder:text-soft"
      />
      <div className="flex items-center gap-2 px-3 pb-3">
        <p id="chat-how" className="mr-auto text-xs text-soft">
          Enter sends, Shift with Enter begins a new line.
        </p>
        {isAnswering ? (
          <Button
            small
            disabled={heard.task === '' || stop.isPending}
            onClick={() => stop.mutate(heard.task)}
          >
            <Square aria-hidden="true" className="size-4" /> {stop.isPending ? 'Stopping …' : 'Stop'}
          </Button>
        ) : (
          <Button small look="main" type="submit" disabled={phase !== 'ready' || text.trim() === ''}>
            <ArrowUp aria-hidden="true" className="size-4" /> {phase === 'sending' ? 'Sending …' : 'Send'}
          </Button>
        )}
      </div>
    </form>
  );
}
