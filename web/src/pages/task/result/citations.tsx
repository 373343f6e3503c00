import { Fragment, useState } from 'react';
import type { Citation } from '../../../api/models.ts';
import { plainWords } from '../../../api/result.ts';
import { useOpenDocument } from '../../../parts/document/document-panel.tsx';
import { useNames } from './names.tsx';

/** Places shown beside a sentence; the rest opens. */
const SHOWN = 3;
const LOOK =
  'inline-flex max-w-64 items-baseline align-[0.05em] rounded-md bg-sunken px-1.5 py-0.5 text-xs leading-snug font-medium text-soft transition hover:bg-accent-soft hover:text-accent print:bg-transparent print:p-0';

/** The places behind a sentence. Each opens the document there. */
export function Citations({ citations }: { citations: readonly Citation[] }) {
  const [all, setAll] = useState(false);
  const places = oneForEachPage(citations);
  const shown = all ? places : places.slice(0, SHOWN);
  if (places.length === 0) return null;
  return (
    <>
      {shown.map((citation) => (
        <Fragment key={`${citation.fileId} ${citation.start} ${citation.end}`}>
          {' '}
          <CitationButton citation={citation} />
        </Fragment>
      ))}{' '}
      {places.length > shown.length && (
        <button type="button" className={`${LOOK} print:hidden`} onClick={() => setAll(true)}>
          +{places.length - shown.length}
          <span className="sr-only"> more sources</span>
        </button>
      )}
    </>
  );
}

/** "design-report.pdf, p. 4": opens the document at the quote. `short` where the document is named beside it. */
export function CitationButton({ citation, short = false }: { citation: Citation; short?: boolean }) {
  const open = useOpenDocument();
  const name = useNames().get(citation.fileId) ?? 'source';
  const { page, quote } = citation;
  const words = page === undefined ? 'text' : `p. ${page}`;
  return (
    <button
      type="button"
      className={LOOK}
      title={plainWords(quote.length > 300 ? `${quote.slice(0, 300)} …` : quote)}
      {...(short && { 'aria-label': `${words} of ${name}` })}
      onClick={() => open.place(citation)}
    >
      {short ? (
        <span>{words}</span>
      ) : (
        <>
          <bdi className="truncate">{name}</bdi>
          {page !== undefined && <span className="shrink-0">, p. {page}</span>}
        </>
      )}
    </button>
  );
}

/** Several places on a page are one button: the others are a step away in the document. */
function oneForEachPage(citations: readonly Citation[]): Citation[] {
  const pages = new Map<string, Citation>();
  for (const citation of citations) {
    const key = `${citation.page ?? ''} ${citation.fileId}`;
    if (!pages.has(key)) pages.set(key, citation);
  }
  return [...pages.values()];
}
