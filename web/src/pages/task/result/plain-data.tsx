import { Copy, Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import { escapedWords } from '../../../api/result.ts';
import { Button } from '../../../parts/button.tsx';
import { notify, notifyProblem } from '../../../parts/notices.tsx';
import { copyText, saveAs } from './keep.ts';

/** Letters shown at once. */
const FIRST = 10_000;

/** The answer of an agent in a form of its own, as the data it is. */
export function PlainData({ output, title }: { output: unknown; title: string }) {
  const [all, setAll] = useState(false);
  const isText = typeof output === 'string';
  const text = useMemo(
    () => (isText ? output : (JSON.stringify(output, null, 2) ?? 'nothing')),
    [isText, output],
  );
  const copy = () => copyText(Promise.resolve(text)).then(() => notify('Copied'), notifyProblem);
  const shown = escapedWords(all ? text : text.slice(0, FIRST));
  const isCut = !all && text.length > FIRST;
  return (
    <section aria-label="Result" className="sheet rounded-2xl border border-line bg-card shadow-card">
      <div className="flex flex-wrap items-center gap-1 border-b border-line px-5 py-2 print:hidden">
        <p className="flex-1 text-sm text-soft">
          {isText ? 'Text' : 'Data'} from the agent, {text.length.toLocaleString('en')} characters
        </p>
        <Button look="quiet" small onClick={copy}>
          <Copy aria-hidden="true" className="size-4" />
          Copy
        </Button>
        <Button
          look="quiet"
          small
          onClick={() => saveAs(new Blob([text]), `${title}.${isText ? 'txt' : 'json'}`)}
        >
          <Download aria-hidden="true" className="size-4" />
          Download
        </Button>
      </div>
      <div
        dir="auto"
        className={`px-5 py-4 break-words whitespace-pre-wrap ${isText ? 'leading-relaxed' : 'font-mono text-[0.8125rem] leading-relaxed'}`}
      >
        {shown}
        {isCut && ' …'}
      </div>
      {isCut && (
        <div className="px-5 pb-4 print:hidden">
          <Button small onClick={() => setAll(true)}>
            Show all {text.length.toLocaleString('en')} characters
          </Button>
        </div>
      )}
    </section>
  );
}
