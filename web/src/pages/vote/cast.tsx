import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowUp } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Ballot, Vote } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { plainWords } from '../../api/result.ts';
import { voteQuery } from '../../api/talk-queries.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/message/form-field.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { raised, toggled } from './ranking.ts';

/** Casts the ballot of a voter, or changes it while the vote is open. */
export function Cast({ vote, ballot, onClose }: { vote: Vote; ballot: Ballot; onClose(): void }) {
  const client = useQueryClient();
  const [choice, setChoice] = useState<readonly string[]>(ballot.choice ?? []);
  const [note, setNote] = useState(ballot.note ?? '');
  const [key, setKey] = useState(newKey);
  const isRanked = vote.rule === 'ranked';
  const cast = useMutation({
    mutationFn: () =>
      call(
        'votes.cast',
        {
          id: vote.id,
          agentId: ballot.agentId,
          choice: [...choice],
          ...(note.trim() !== '' && { note: note.trim() }),
        },
        { idempotencyKey: key },
      ),
    onSuccess(next) {
      client.setQueryData(voteQuery(vote.id).queryKey, next);
      void client.invalidateQueries({ queryKey: ['votes'] });
      onClose();
    },
  });
  const change = (next: readonly string[]) => {
    setChoice(next);
    setKey(newKey());
    cast.reset();
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    cast.mutate();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={
        <>
          Ballot of <bdi>{ballot.name}</bdi>
        </>
      }
    >
      <form onSubmit={submit} className="space-y-4">
        <fieldset>
          <legend className="mb-1 text-sm text-soft">
            {isRanked ? 'Choose in order of preference; nothing is to abstain.' : 'Choose one option.'}
          </legend>
          {isRanked ? (
            <Ranked options={vote.options} choice={choice} onChange={change} />
          ) : (
            [...vote.options, ''].map((option) => (
              <label
                key={option}
                className="flex items-center gap-2.5 rounded-lg px-2 py-1.5 hover:bg-sunken"
              >
                <input
                  type="radio"
                  name="choice"
                  checked={option === '' ? choice.length === 0 : choice[0] === option}
                  onChange={() => change(option === '' ? [] : [option])}
                  className="size-4 shrink-0 accent-accent"
                />
                <bdi className={`min-w-0 break-words ${option === '' ? 'text-soft' : ''}`}>
                  {option === '' ? 'Abstain' : plainWords(option)}
                </bdi>
              </label>
            ))
          )}
        </fieldset>
        <TextField
          label="Note (may be left out)"
          name="note"
          value={note}
          onChange={(next) => {
            setNote(next);
            setKey(newKey());
          }}
          lines={2}
        />
        {cast.isError && <ProblemBox error={cast.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button look="main" type="submit" disabled={cast.isPending}>
            {cast.isPending ? 'Casting …' : 'Cast it'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface RankedProps {
  options: readonly string[];
  choice: readonly string[];
  onChange(choice: string[]): void;
}

function Ranked({ options, choice, onChange }: RankedProps) {
  const rest = options.filter((option) => !choice.includes(option));
  return (
    <ul>
      {[...choice, ...rest].map((option) => {
        const place = choice.indexOf(option);
        return (
          <li key={option} className="flex items-center gap-2 rounded-lg px-2 py-1 hover:bg-sunken">
            <label className="flex min-w-0 flex-1 items-center gap-2.5">
              <input
                type="checkbox"
                checked={place >= 0}
                onChange={() => onChange(toggled(choice, option))}
                className="size-4 shrink-0 accent-accent"
              />
              <bdi className="min-w-0 flex-1 break-words">{plainWords(option)}</bdi>
              {place >= 0 && <span className="text-sm text-soft tabular-nums">{place + 1}</span>}
            </label>
            <button
              type="button"
              disabled={place <= 0}
              onClick={() => onChange(raised(choice, option))}
              aria-label={`Prefer ${option} more`}
              className="rounded p-1 text-soft enabled:hover:bg-paper enabled:hover:text-ink disabled:opacity-30"
            >
              <ArrowUp aria-hidden="true" className="size-4" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
