import { ChevronDown, ChevronUp } from 'lucide-react';
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { DocumentText } from '../../api/models.ts';
import { Button } from '../button.tsx';
import { GroupView } from './block-view.tsx';
import { blocksOf } from './blocks.ts';
import { groupsOf } from './groups.ts';
import { MarkingContext } from './marked.tsx';
import { mergeRanges, type Range } from './marks.ts';
import { blockAt, STEP, widen, windowAround } from './window.ts';

interface DocumentBodyProps {
  document: DocumentText;
  /** The place that is open: marked, scrolled to, focused. */
  here: Range | undefined;
  others: readonly Range[];
  /** Another number asks for the same place again. */
  turn: number;
  /** The turn whose place has had the focus. */
  focused: RefObject<number | undefined>;
}

/** The text of a document by its parts: what is near the open place, more on demand. */
export function DocumentBody({ document, here, others, turn, focused }: DocumentBodyProps) {
  const blocks = useMemo(() => blocksOf(document), [document]);
  const start = here?.start;
  const target = start === undefined ? undefined : blockAt(blocks, start);
  const [kept, setWindow] = useState(() => windowAround(blocks, target ?? 0));
  const outside = target !== undefined && (target < kept.from || target >= kept.to) && blocks.length > 0;
  const window = outside ? windowAround(blocks, target) : kept;
  if (outside) setWindow(window);
  const groups = useMemo(() => groupsOf(blocks.slice(window.from, window.to)), [blocks, window]);
  const marking = useMemo(
    () => ({ text: document.text, here, others: mergeRanges(others) }),
    [document, here, others],
  );
  const body = useRef<HTMLDivElement>(null);
  useOpenPlace(body, here, turn, focused);
  const keepTop = useKeptTop(body, window.from);

  if (document.text.trim() === '') {
    return <p className="py-8 text-center text-soft">This document holds no text that can be read.</p>;
  }
  return (
    <MarkingContext value={marking}>
      <div ref={body} className="leading-relaxed">
        {window.from > 0 && (
          <More
            label={`Show ${STEP} more before`}
            onClick={() => {
              keepTop();
              setWindow(widen(blocks, window, 'before'));
            }}
          />
        )}
        {groups.map((group) => (
          <div
            key={`${group.blocks[0]?.kind} ${group.blocks[0]?.start}`}
            data-at={group.blocks[0]?.start}
            className="flow-root first:-mt-3 [contain-intrinsic-size:auto_4rem] [content-visibility:auto]"
          >
            <GroupView group={group} tables={document.tables} />
          </div>
        ))}
        {window.to < blocks.length && (
          <More
            label={`Show ${STEP} more after`}
            down
            onClick={() => setWindow(widen(blocks, window, 'after'))}
          />
        )}
      </div>
    </MarkingContext>
  );
}

function More({ label, down = false, onClick }: { label: string; down?: boolean; onClick(): void }) {
  const Icon = down ? ChevronDown : ChevronUp;
  return (
    <div className="my-4 text-center">
      <Button small onClick={onClick}>
        <Icon aria-hidden="true" className="size-4" />
        {label}
      </Button>
    </div>
  );
}

/** Brings the open place into view each time it changes, and gives it the focus when it was asked for anew. */
function useOpenPlace(
  body: RefObject<HTMLDivElement | null>,
  here: Range | undefined,
  turn: number,
  focused: RefObject<number | undefined>,
): void {
  const [start, end] = [here?.start, here?.end];
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new place or turn is the reason to look again
  useEffect(() => {
    const mark = body.current?.querySelector<HTMLElement>('[data-here]');
    if (!mark) return;
    mark.scrollIntoView({ block: 'center' });
    // Who steps from place to place keeps the focus on the button.
    if (focused.current !== turn) mark.focus({ preventScroll: true });
    focused.current = turn;
    // What is above gets its true height only when it is drawn: look again when it was.
    const frame = requestAnimationFrame(() => mark.scrollIntoView({ block: 'center' }));
    return () => cancelAnimationFrame(frame);
  }, [start, end, turn]);
}

/** When text comes in above, what was first stays in sight. */
function useKeptTop(body: RefObject<HTMLDivElement | null>, from: number): () => void {
  const first = useRef<string>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the window begins elsewhere
  useLayoutEffect(() => {
    if (first.current === undefined) return;
    body.current?.querySelector(`[data-at="${first.current}"]`)?.scrollIntoView({ block: 'start' });
    first.current = undefined;
  }, [from]);
  return () => {
    first.current = body.current?.querySelector<HTMLElement>('[data-at]')?.dataset.at;
  };
}
