import { useMemo, useState } from 'react';
import { Button } from './button.tsx';
import { beginningOf, prettyJson, sizeOf } from './pretty-json.ts';

/** A value as JSON, laid out; the beginning of a long one until all is asked for. */
export function Json({ value, label }: { value: unknown; label: string }) {
  const [whole, setWhole] = useState(false);
  const pretty = useMemo(() => prettyJson(value), [value]);
  const { text, isCut } = whole ? { text: pretty, isCut: false } : beginningOf(pretty);
  return (
    <div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section tabIndex={0} aria-label={label} className="max-h-96 overflow-auto rounded-lg bg-sunken p-3">
        <pre dir="ltr" className="font-mono text-xs leading-relaxed break-words whitespace-pre-wrap">
          {text}
        </pre>
      </section>
      {isCut && (
        <Button small look="quiet" className="mt-1" onClick={() => setWhole(true)}>
          Show all {sizeOf(pretty)}
        </Button>
      )}
    </div>
  );
}
