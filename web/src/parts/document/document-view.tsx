import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import type { DocumentText } from '../../api/models.ts';
import { fileTextQuery } from '../../api/queries.ts';
import { Busy } from '../busy.tsx';
import { ProblemBox } from '../problem.tsx';
import { About } from './about.tsx';
import { DocumentBody } from './document-body.tsx';
import { findPlace, type Place } from './place.ts';
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
export function DocumentView({ fileId, places, at, onMove, turn = 0, onPage = false }: DocumentViewProps) {
  const text = useQuery(fileTextQuery(fileId));
  const place = at === undefined ? undefined : places[at];
  return (
    <>
      <PlaceBar places={places} at={at} fileId={fileId} onPage={onPage} onMove={onMove} />
      {text.isPending && <Busy what="Reading the document" />}
      {text.isError && (
        <div className="space-y-4">
          <ProblemBox error={text.error} onRetry={() => text.refetch()} />
          {place?.quote && <Quote quote={place.quote} says="The result quotes it so:" />}
        </div>
      )}
      {text.data && (
        <Read key={fileId} document={text.data} fileId={fileId} places={places} place={place} turn={turn} />
      )}
    </>
  );
}

interface ReadProps {
  document: DocumentText;
  fileId: string;
  places: readonly Place[];
  place: Place | undefined;
  turn: number;
}

function Read({ document, fileId, places, place, turn }: ReadProps) {
  const found = useMemo(
    () => (place?.fileId === fileId ? findPlace(document.text, place) : undefined),
    [document, fileId, place],
  );
  const others = useMemo(
    () => places.filter((each) => each.fileId === fileId).map((each) => findPlace(document.text, each).range),
    [document, fileId, places],
  );
  return (
    <>
      <Warnings warnings={document.warnings} />
      {found?.truth === 'elsewhere' && (
        <p role="status" className="mb-3 rounded-lg bg-sunken px-3 py-2 text-sm">
          The quote does not stand where the result says. It was found at the marked place.
        </p>
      )}
      {found?.truth === 'nowhere' && (
        <div role="status" className="mb-4">
          <Quote
            quote={place?.quote ?? ''}
            says={
              place?.quote
                ? 'These words do not stand in this document. Do not rely on them:'
                : 'This place lies outside the document.'
            }
          />
        </div>
      )}
      <About document={document} />
      <DocumentBody document={document} here={found?.range} others={others} turn={turn} />
    </>
  );
}

function Quote({ quote, says }: { quote: string; says: string }) {
  return (
    <div className="rounded-xl border border-paused/50 bg-paused/5 p-4 text-sm">
      <p className="font-medium">{says}</p>
      {quote && (
        <blockquote dir="auto" className="mt-2 break-words whitespace-pre-wrap text-soft">
          {quote.slice(0, 2_000)}
        </blockquote>
      )}
    </div>
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
