import { PenLine } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { plainWords } from '../../../api/result.ts';
import { useWritten } from './writing.tsx';

/** What a model writes for a step right now; nothing while it does not. */
export function Written({ taskId }: { taskId: string }) {
  const written = useWritten().get(taskId);
  if (!written) return null;
  return (
    <section aria-label="What the model writes now">
      <p className="mb-1.5 flex items-center gap-1.5 text-sm font-medium text-running">
        <PenLine aria-hidden="true" className="size-4" /> The model writes
      </p>
      <WrittenText text={written.text} className="max-h-60" />
    </section>
  );
}

/** A text that grows: its end stays in sight. It is read out with the result, not letter by letter. */
export function WrittenText({ text, className }: { text: string; className: string }) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new text moves the end
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <div
      ref={box}
      role="log"
      aria-live="off"
      aria-label="Text of the model"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse must be able to scroll it
      tabIndex={0}
      dir="auto"
      className={`overflow-y-auto rounded-xl bg-sunken px-4 py-3 text-sm break-words whitespace-pre-wrap ${className}`}
    >
      {plainWords(text)}
    </div>
  );
}
