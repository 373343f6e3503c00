import { useMemo, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Copy } from '../../parts/copy.tsx';
import { beginningOf, sizeOf } from '../../parts/pretty-json.ts';

/** The workflow as it was written, with line numbers. */
export function WrittenText({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const { text: shown, isCut } = useMemo(
    () => (whole ? { text, isCut: false } : beginningOf(text.replace(/\n$/, ''))),
    [text, whole],
  );
  const numbers = shown
    .split('\n')
    .map((_, index) => index + 1)
    .join('\n');
  return (
    <div className="overflow-hidden rounded-2xl border border-line bg-card shadow-card">
      <div className="flex items-center justify-between border-b border-line px-4 py-1.5 text-sm text-soft">
        {sizeOf(text)}
        <Copy text={text} what="the text of the workflow" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section tabIndex={0} aria-label="Text of the workflow" className="max-h-[70vh] overflow-auto">
        <div className="flex w-max min-w-full font-mono text-[13px] leading-5">
          <pre
            aria-hidden="true"
            className="sticky left-0 border-r border-line bg-sunken px-2 py-3 text-right text-soft select-none"
          >
            {numbers}
          </pre>
          <pre dir="ltr" className="flex-1 px-3 py-3">
            {shown}
          </pre>
        </div>
      </section>
      {isCut && (
        <Button small look="quiet" className="m-1" onClick={() => setWhole(true)}>
          Show all {sizeOf(text)}
        </Button>
      )}
    </div>
  );
}
