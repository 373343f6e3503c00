import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { type RefObject, useMemo, useRef } from 'react';
import type { DocumentText } from '../../api/models.ts';
import { fileTextQuery } from '../../api/queries.ts';
import { plainWords } from '../../api/result.ts';
import { Busy } from '../busy.tsx';
import { ProblemBox } from '../problem.tsx';
import { About } from './about.tsx';
import { DocumentBody } from './document-body.tsx';
import type { Range } from './marks.ts';
import { type Found, findPlace, type Place } from './place.ts';
import { PlaceBar } from './place-bar.tsx';

interface DocumentViewProps {
  fileId: string;
  /** Places of interest, here and perhaps in other files. */
  places: readonly Place[];
  /** Which of them is open; undefined for none. */
  at: number | undefined;
  onMove(at: number): void;
  /** Another number asks for the same place again. */
  turn?: number;
  /** On a page of its own, not in a panel. */
  onPage?: boolean;
}

/** A document to read, with its places marked. */
export function DocumentView(props: DocumentViewProps) {
  const { fileId, places, at, onMove, turn = 0, onPage = false } = props;
  const text = useQuery(fileTextQuery(fileId));
  const focused = useRef<number>(undefined);
  const place = at === undefined ? undefined : places[at];
  const found = useMemo(
    () => (text.data && place?.fileId === fileId ? findPlace(text.data.text, place) : undefined),
    [text.data, fileId, place],
  );
  return (
    <>
      <PlaceBar places={places} at={at} fileId={fileId} onPage={onPage} onMove={onMove}>
        {found && place && <Doubt truth={found.truth} quote={place.quote} />}
      </PlaceBar>
      {text.isPending && <Busy what="Reading the document" />}
      {text.isError && (
        <div className="space-y-4">
          <ProblemBox error={text.error} onRetry={() => text.refetch()} />
          {place?.quote && (
            <div className="rounded-xl border border-line p-4 text-sm">
              <p className="font-medium">The result quotes it so:</p>
              <Quote quote={place.quote} />
            </div>
          )}
        </div>
      )}
      {text.data && (
        <Read
          key={fileId}
          document={text.data}
          fileId={fileId}
          places={places}
          here={found?.range}
          turn={turn}
          focused={focused}
        />
      )}
    </>
  );
}

interface ReadProps {
  document: DocumentText;
  fileId: string;
  places: readonly Place[];
  here: Range | undefined;
  turn: number;
  focused: RefObject<number | undefined>;
}

function Read({ document, fileId, places, here, turn, focused }: ReadProps) {
  const others = useMemo(
    () => places.filter((each) => each.fileId === fileId).map((each) => findPlace(document.text, each).range),
    [document, fileId, places],
  );
  return (
    <>
      <Warnings warnings={document.warnings} />
      <About document={document} />
      <DocumentBody document={document} here={here} others={others} turn={turn} focused={focused} />
    </>
  );
}

/** Said when what is quoted does not stand where the result says. */
function Doubt({ truth, quote }: { truth: Found['truth']; quote: string | undefined }) {
  if (truth === 'there') return null;
  return (
    <div className="flex gap-2 rounded-lg border border-paused/50 bg-paused/5 px-3 py-2 text-sm">
      <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-paused" />
      <div className="min-w-0">
        {truth === 'elsewhere'
          ? 'The quote does not stand where the result says. It was found here.'
          : quote === undefined
            ? 'This place lies outside the document.'
            : 'These words do not stand in this document. Do not rely on them:'}
        {truth === 'nowhere' && quote && <Quote quote={quote} />}
      </div>
    </div>
  );
}

function Quote({ quote }: { quote: string }) {
  return (
    <blockquote dir="auto" className="mt-1 line-clamp-6 break-words whitespace-pre-wrap text-soft">
      {plainWords(quote.slice(0, 2_000))}
    </blockquote>
  );
}

/** What the reader could not read; never silent. */
function Warnings({ warnings }: { warnings: string[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul className="mb-3 space-y-1 text-sm">
      {warnings.slice(0, 20).map((warning) => (
        <li key={warning} className="flex gap-2">
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-paused" />
          <span dir="auto" className="min-w-0 break-words">
            {warning}
          </span>
        </li>
      ))}
      {warnings.length > 20 && <li className="text-soft">and {warnings.length - 20} more</li>}
    </ul>
  );
}
