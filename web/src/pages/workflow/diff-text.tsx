import { useCallback, useMemo, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { type DiffLine, type Stretch, stretchesOf } from '../../parts/workflow/changes.ts';

/** More lines than this are not shown without being asked for. */
const MOST_LINES = 1_000;

const LOOKS: Record<DiffLine['sign'], { row: string; sign: string; word: string }> = {
  '+': { row: 'bg-completed/10', sign: 'text-completed', word: 'added' },
  '-': { row: 'bg-failed/10', sign: 'text-failed', word: 'removed' },
  ' ': { row: '', sign: '', word: '' },
};

interface DiffTextProps {
  lines: readonly DiffLine[];
  from: number;
  to: number;
}

/** The text of both versions, line by line; each line says by a sign and by a word on which side it stands. */
export function DiffText({ lines, from, to }: DiffTextProps) {
  const [whole, setWhole] = useState(false);
  const isCut = !whole && lines.length > MOST_LINES;
  const stretches = useMemo(() => stretchesOf(isCut ? lines.slice(0, MOST_LINES) : lines), [lines, isCut]);
  return (
    <section aria-labelledby="lines-heading">
      <h2 id="lines-heading" className="mb-2 text-lg font-semibold">
        Line by line
      </h2>
      <div className="overflow-hidden rounded-2xl border border-line bg-card shadow-card">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section tabIndex={0} aria-label="Lines that differ" className="max-h-[70vh] overflow-auto">
          <table className="w-max min-w-full border-collapse font-mono text-[13px] leading-5">
            <caption className="sr-only">
              Lines of version {from} that were removed, and of version {to} that were added
            </caption>
            <thead className="sr-only">
              <tr>
                <th scope="col">Line in version {from}</th>
                <th scope="col">Line in version {to}</th>
                <th scope="col">What became of it</th>
                <th scope="col">Text</th>
              </tr>
            </thead>
            {stretches.map((stretch, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: stretches never change their order
              <Lines key={index} stretch={stretch} />
            ))}
          </table>
        </section>
        {isCut && (
          <Button small look="quiet" className="m-1" onClick={() => setWhole(true)}>
            Show all {lines.length.toLocaleString('en-GB')} lines
          </Button>
        )}
      </div>
    </section>
  );
}

function Lines({ stretch: { lines, isFolded } }: { stretch: Stretch }) {
  const [isOpen, setOpen] = useState(!isFolded);
  // The button that was pressed is gone then: the focus goes to what it showed.
  const isUnfolded = isFolded && isOpen;
  const goThere = useCallback((node: HTMLElement | null) => node?.focus(), []);
  if (!isOpen)
    return (
      <tbody>
        <tr>
          <td colSpan={4} className="border-y border-line bg-sunken px-2 py-1 font-sans">
            <Button small look="quiet" onClick={() => setOpen(true)}>
              Show {lines.length.toLocaleString('en-GB')} lines that are the same
            </Button>
          </td>
        </tr>
      </tbody>
    );
  return (
    <tbody {...(isUnfolded && { ref: goThere, tabIndex: -1 })} className="outline-none">
      {lines.map((line) => (
        <Line key={`${line.was ?? ''} ${line.now ?? ''}`} line={line} />
      ))}
    </tbody>
  );
}

const NUMBER = 'border-r border-line bg-sunken px-2 text-right text-soft select-none';

function Line({ line: { sign, text, was, now } }: { line: DiffLine }) {
  const look = LOOKS[sign];
  return (
    <tr className={look.row}>
      <td className={NUMBER}>{was}</td>
      <td className={NUMBER}>{now}</td>
      <td className={`w-6 text-center font-bold select-none ${look.sign}`}>
        {sign !== ' ' && (
          <>
            <span aria-hidden="true">{sign === '-' ? '−' : '+'}</span>
            <span className="sr-only">{look.word}</span>
          </>
        )}
      </td>
      <td dir="ltr" className="pr-3 whitespace-pre">
        {text}
      </td>
    </tr>
  );
}
