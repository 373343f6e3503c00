import { useMutation } from '@tanstack/react-query';
import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../../api/client.ts';
import { newKey } from '../../../api/once.ts';
import { Button } from '../../../parts/button.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { notify, notifyProblem } from '../../../parts/notices.tsx';

const THUMBS = [
  { score: 1, label: 'Good', Icon: ThumbsUp },
  { score: 0, label: 'Not good', Icon: ThumbsDown },
] as const;
type Score = (typeof THUMBS)[number]['score'];

/** How good the result is, in the eyes of who asked: a thumb, and a comment for who wants to say why. */
export function Rating({ taskId }: { taskId: string }) {
  const [asked, setAsked] = useState<Score>();
  const [given, setGiven] = useState<Score>();
  const rate = useMutation({
    mutationFn: (input: { score: Score; comment?: string }) =>
      call('tasks.outcome', { id: taskId, ...input }, { idempotencyKey: newKey() }),
    onSuccess: (_, { score }) => {
      setGiven(score);
      setAsked(undefined);
      notify('Thank you', 'Your rating is kept with the task.');
    },
    onError: notifyProblem,
  });
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const comment = String(new FormData(event.currentTarget).get('comment') ?? '').trim();
    if (asked !== undefined) rate.mutate({ score: asked, ...(comment && { comment }) });
  };
  return (
    <fieldset aria-label="Rate this result" className="flex min-w-0 items-center">
      <span aria-hidden="true" className="mr-1 text-sm text-soft">
        Rate this result
      </span>
      {THUMBS.map(({ score, label, Icon }) => (
        <Button
          key={score}
          small
          look="quiet"
          aria-label={`Rate this result: ${label.toLowerCase()}`}
          title={`Rate this result: ${label.toLowerCase()}`}
          aria-pressed={given === score}
          onClick={() => setAsked(score)}
          className={given === score ? 'text-accent!' : ''}
        >
          <Icon aria-hidden="true" className="size-4" fill={given === score ? 'currentColor' : 'none'} />
        </Button>
      ))}
      <Dialog open={asked !== undefined} onClose={() => setAsked(undefined)} title="Rate this result">
        <form onSubmit={send} className="space-y-4">
          <div role="radiogroup" aria-label="Your rating" className="flex gap-2">
            {THUMBS.map(({ score, label, Icon }) => (
              <label
                key={score}
                className="flex flex-1 cursor-pointer items-center justify-center gap-2 rounded-lg border border-line px-3 py-2.5 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
              >
                <input
                  type="radio"
                  name="score"
                  className="sr-only"
                  checked={asked === score}
                  onChange={() => setAsked(score)}
                />
                <Icon aria-hidden="true" className="size-4" />
                {label}
              </label>
            ))}
          </div>
          <label className="block">
            <span className="text-sm font-medium">Why? (if you like)</span>
            <textarea
              name="comment"
              dir="auto"
              rows={3}
              maxLength={2_000}
              className="mt-1 w-full rounded-lg border border-line bg-paper p-2.5 text-sm"
            />
          </label>
          <div className="flex justify-end">
            <Button look="main" type="submit" disabled={rate.isPending}>
              {rate.isPending ? 'Sending …' : 'Send'}
            </Button>
          </div>
        </form>
      </Dialog>
    </fieldset>
  );
}
