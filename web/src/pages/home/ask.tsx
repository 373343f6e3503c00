import { ArrowUp, Paperclip } from 'lucide-react';
import {
  type ClipboardEvent,
  type SubmitEvent,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useMay } from '../../api/roles.ts';
import { useLiveState } from '../../live/live.tsx';
import { Button } from '../../parts/button.tsx';
import { Foreseen } from '../../parts/estimate/foreseen.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useDrop } from '../../parts/upload/drop.ts';
import { filesOf, hasFiles } from '../../parts/upload/dropped.ts';
import { FileChips } from '../../parts/upload/file-chips.tsx';
import { NO_CAP, readCap } from './cap.ts';
import { CapFields, CapToggle } from './cap-fields.tsx';
import type { Draft } from './draft.ts';
import { Ideas } from './ideas.tsx';
import { RecentFiles } from './recent-files.tsx';
import { gapOf } from './suggestions.ts';
import { useAgain } from './use-again.ts';
import { useSending } from './use-sending.ts';

/** What a goal may have; the browser cuts off what is pasted beyond it. */
const MOST_LETTERS = 10_000;

/** The box in which one says what the team should do, with its files. */
export function Ask({ draft }: { draft: Draft }) {
  const may = useMay('operator');
  const goal = useSyncExternalStore(draft.subscribe, draft.getGoal);
  const cap = useSyncExternalStore(draft.subscribe, draft.getCap);
  const [isCapOpen, setCapOpen] = useState(cap.costUsd !== '' || cap.tokens !== '');
  const { uploads } = draft;
  const files = useSyncExternalStore(uploads.subscribe, uploads.get);
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const { send, sending, problem, capProblems, isEmpty, askWithout, forgetAbsence } = useSending(draft, box);
  const isOver = useDrop((dropped) => take(dropped), sending !== undefined || !may);

  useAgain(draft);
  const { kind: connection } = useLiveState();
  useEffect(() => {
    // The server is back: files that it could not take go on by themselves, and the goal can be sent.
    if (connection !== 'live') return;
    uploads.again();
    forgetAbsence();
  }, [connection, uploads, forgetAbsence]);

  const take = (chosen: File[]) => {
    uploads.add(chosen);
    if (chosen.length > 0) box.current?.focus();
  };
  const paste = (event: ClipboardEvent) => {
    if (!hasFiles(event.clipboardData)) return;
    event.preventDefault();
    void filesOf(event.clipboardData).then(take);
  };
  const suggest = (text: string) => {
    draft.setGoal(text);
    const gap = gapOf(text);
    // The box shows the text with the next drawing; the words to fill in are marked then.
    requestAnimationFrame(() => {
      box.current?.focus();
      if (gap) box.current?.setSelectionRange(gap.start, gap.end);
    });
  };
  const read = readCap(cap);
  const said = goal.trim();
  const wanted = said ? { goal: said, files: files.flatMap(({ fileId }) => fileId ?? []) } : undefined;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void send();
  };
  if (!may) return <LooksOnly />;
  return (
    <section aria-labelledby="ask">
      <h1 id="ask" className="mb-3 text-2xl font-semibold">
        <label htmlFor="goal">What should the team do?</label>
      </h1>
      <form
        onSubmit={submit}
        className={`relative rounded-2xl border bg-card shadow-card transition ${isOver ? 'border-accent ring-4 ring-accent/20' : 'border-line focus-within:border-accent'}`}
      >
        <textarea
          id="goal"
          ref={box}
          value={goal}
          readOnly={sending !== undefined}
          onChange={(event) => draft.setGoal(event.target.value)}
          onPaste={paste}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void send();
          }}
          rows={3}
          maxLength={MOST_LETTERS}
          dir="auto"
          aria-describedby="goal-how"
          placeholder="For example: Brief me: who and what matters here, with sources"
          className="field-sizing-content block max-h-80 min-h-24 w-full resize-none rounded-2xl bg-transparent px-4 pt-4 pb-2 text-lg outline-none placeholder:text-soft"
        />
        <div className="space-y-2 px-3 pb-3">
          <FileChips
            files={files}
            onRemove={uploads.remove}
            onAgain={uploads.again}
            disabled={sending !== undefined}
          />
          {isCapOpen && (
            <CapFields
              cap={cap}
              problems={capProblems}
              onChange={draft.setCap}
              disabled={sending !== undefined}
            />
          )}
          <div className="flex flex-wrap items-center gap-2">
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              onChange={(event) => {
                take([...(event.target.files ?? [])]);
                event.target.value = ''; // the same file can be chosen again
              }}
            />
            <Button
              small
              look="quiet"
              onClick={() => picker.current?.click()}
              disabled={sending !== undefined}
            >
              <Paperclip aria-hidden="true" className="size-4" /> Add files
            </Button>
            <RecentFiles chosen={files} onAdd={uploads.addStored} disabled={sending !== undefined} />
            <CapToggle
              isOpen={isCapOpen}
              disabled={sending !== undefined}
              onToggle={() => {
                if (isCapOpen) draft.setCap(NO_CAP);
                setCapOpen(!isCapOpen);
              }}
            />
            <p id="goal-how" className="mr-auto hidden text-xs text-soft xl:block">
              Drop or paste files anywhere on this page. Ctrl or ⌘ with Enter sends.
            </p>
            <Button look="main" type="submit" disabled={sending !== undefined} className="ml-auto">
              <ArrowUp aria-hidden="true" className="size-4" />
              {sending ?? 'Give it to the team'}
            </Button>
          </div>
        </div>
        {isOver && (
          <div className="pointer-events-none absolute inset-0 grid place-items-center rounded-2xl bg-accent-soft/90 text-lg font-medium text-accent">
            Drop the files: they go with this goal
          </div>
        )}
      </form>
      <p role="status" className="sr-only">
        {isOver ? 'Drop the files to add them' : (sending ?? '')}
      </p>
      <Foreseen wanted={wanted} cap={'budget' in read ? read.budget : undefined} />
      {isEmpty && goal.trim() === '' && (
        <p role="alert" className="mt-2 text-sm text-failed">
          There is no goal yet. Say in a sentence what you want, or choose an idea below.
        </p>
      )}
      {goal.length >= MOST_LETTERS && (
        <p role="alert" className="mt-2 text-sm text-paused">
          A goal has at most {MOST_LETTERS.toLocaleString('en')} characters, and this one is full. Put the
          rest into a file and add it.
        </p>
      )}
      {askWithout > 0 && (
        <div
          role="alert"
          className="mt-3 flex flex-wrap items-center gap-3 rounded-xl border border-paused/40 bg-paused/10 p-3 text-sm"
        >
          <p className="flex-1">
            {askWithout === 1 ? 'One file was' : `${askWithout} files were`} not taken. Remove what you do not
            need, or send the goal without {askWithout === 1 ? 'it' : 'them'}.
          </p>
          <Button small onClick={() => void send({ withoutRefused: true })}>
            Send without
          </Button>
        </div>
      )}
      {problem !== undefined && (
        <div className="mt-3">
          <ProblemBox error={problem} onRetry={() => void send()} />
          <p className="mt-2 text-sm text-soft">Your goal and your files are kept.</p>
        </div>
      )}
      <Ideas draft={draft} onSuggest={suggest} disabled={sending !== undefined} />
    </section>
  );
}

function LooksOnly() {
  return (
    <section aria-labelledby="ask" className="rounded-2xl border border-line bg-card p-5 shadow-card">
      <h1 id="ask" className="text-2xl font-semibold">
        The team at work
      </h1>
      <p className="mt-1 text-soft">
        You may look at everything here. To give the team a goal, ask an owner for a key with the role
        operator.
      </p>
    </section>
  );
}
