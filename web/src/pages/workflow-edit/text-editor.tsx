import { type KeyboardEvent, type RefObject, useEffect, useId, useRef } from 'react';
import { countLines, type Edit, indent, newLine } from '../../parts/workflow/editing.ts';

/** Height of a line and the space above the first, in pixels. */
const LINE = 20;
const ABOVE = 10;

interface TextEditorProps {
  /** For who opens it from outside: puts the cursor into the text. */
  field: RefObject<HTMLTextAreaElement | null>;
  value: string;
  onChange(value: string): void;
  /** Lines with problems, from 1. */
  marked: ReadonlySet<number>;
  describedBy: string;
}

/**
 * A text area with line numbers: what the browser knows about texts (undo, search, spelling of screen readers) stays as
 * it is. Tab indents, and Escape gives Tab back to the keyboard, so that nobody is caught in it.
 */
export function TextEditor({ field, value, onChange, marked, describedBy }: TextEditorProps) {
  const id = useId();
  const beside = useRef<HTMLDivElement>(null);
  const bands = useRef<HTMLDivElement>(null);
  const isLeaving = useRef(false);
  const numbers = Array.from({ length: countLines(value) }, (_, index) => index + 1).join('\n');
  const follow = () => {
    const top = field.current?.scrollTop ?? 0;
    for (const layer of [beside.current, bands.current])
      if (layer) layer.style.transform = `translateY(${-top}px)`;
  };
  useEffect(follow);
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey, currentTarget: area } = event;
    if (event.nativeEvent.isComposing || ctrlKey || metaKey || altKey) return;
    const { selectionStart, selectionEnd } = area;
    if (key === 'Escape') isLeaving.current = true;
    else if (key === 'Tab' && !shiftKey && !isLeaving.current) {
      event.preventDefault();
      type(area, indent(value, selectionStart, selectionEnd));
    } else if (key === 'Enter' && !shiftKey) {
      event.preventDefault();
      type(area, newLine(value, selectionStart, selectionEnd));
    }
    if (key !== 'Escape' && key !== 'Tab') isLeaving.current = false;
  };
  return (
    <div className="flex h-[min(38rem,70vh)] overflow-hidden rounded-xl border border-line bg-card font-mono text-[13px] leading-5 focus-within:border-accent focus-within:ring-2 focus-within:ring-accent/30">
      <label htmlFor={id} className="sr-only">
        Text of the workflow
      </label>
      <div
        aria-hidden="true"
        className="min-w-11 shrink-0 overflow-hidden border-r border-line bg-sunken text-right text-soft select-none"
      >
        <div ref={beside} className="relative">
          {[...marked].map((line) => (
            <div
              key={line}
              className="absolute inset-x-0 bg-failed"
              style={{ top: ABOVE + (line - 1) * LINE, height: LINE }}
            />
          ))}
          <pre className="relative px-2 py-2.5">
            <Numbers numbers={numbers} marked={marked} />
          </pre>
        </div>
      </div>
      <div className="relative min-w-0 flex-1 overflow-hidden">
        <div ref={bands} aria-hidden="true" className="pointer-events-none absolute inset-x-0 top-0">
          {[...marked].map((line) => (
            <div
              key={line}
              className="absolute inset-x-0 bg-failed/10"
              style={{ top: ABOVE + (line - 1) * LINE, height: LINE }}
            />
          ))}
        </div>
        <textarea
          id={id}
          ref={field}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={press}
          onBlur={() => {
            isLeaving.current = false;
          }}
          onScroll={follow}
          wrap="off"
          dir="ltr"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          aria-invalid={marked.size > 0}
          aria-describedby={describedBy}
          className="absolute inset-0 size-full resize-none overflow-auto bg-transparent px-3 py-2.5 whitespace-pre outline-none"
        />
      </div>
    </div>
  );
}

/** The numbers; those of marked lines in a colour that can be read on the mark. */
function Numbers({ numbers, marked }: { numbers: string; marked: ReadonlySet<number> }) {
  if (marked.size === 0) return numbers;
  return numbers.split('\n').map((number) => (
    <span key={number} className={marked.has(Number(number)) ? 'font-semibold text-card' : ''}>
      {number}
      {'\n'}
    </span>
  ));
}

/** Types as a person would, so that undo knows of it. */
function type(area: HTMLTextAreaElement, { from, to, text, start, end }: Edit): void {
  area.setSelectionRange(from, to);
  // The only way in which a page can type so that undo takes it back; where it is gone, the text is just set.
  if (!document.execCommand('insertText', false, text)) {
    area.setRangeText(text, from, to, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }
  area.setSelectionRange(start, end);
}

/** Puts the cursor at a place and scrolls to it. */
export function showPlace(area: HTMLTextAreaElement, offset: number, line: number): void {
  area.focus();
  area.setSelectionRange(offset, offset);
  area.scrollTop = Math.max(0, (line - 5) * LINE);
  area.scrollLeft = 0;
}
