import { ChevronDown, ChevronUp } from 'lucide-react';
import { Button } from '../button.tsx';
import type { Place } from './place.ts';

interface PlaceBarProps {
  places: readonly Place[];
  at: number | undefined;
  fileId: string;
  /** On a page of its own, not in a panel. */
  onPage: boolean;
  onMove(at: number): void;
}

/** Which place is open, and the way to the previous and the next. */
export function PlaceBar({ places, at, fileId, onPage, onMove }: PlaceBarProps) {
  if (places.length === 0) return null;
  const place = at === undefined ? undefined : places[at];
  const files = new Set(places.map((each) => each.fileId)).size;
  const says =
    at === undefined
      ? `${places.length} ${places.length === 1 ? 'place' : 'places'} marked`
      : `Place ${at + 1} of ${places.length}${place?.page ? `, page ${place.page}` : ''}`;
  return (
    <div
      className={`sticky z-10 mb-4 flex items-center gap-2 border-b border-line bg-card ${onPage ? 'top-0 -mx-4 -mt-3 min-h-12 px-4 py-1.5' : '-top-4 -mx-5 -mt-4 px-5 py-2'}`}
    >
      <p role="status" className="min-w-0 flex-1 text-sm text-soft">
        {says}
        {files > 1 && ` · in ${files} documents`}
        {files === 1 && place === undefined && places[0]?.fileId !== fileId && ' in another document'}
      </p>
      {(places.length > 1 || at === undefined) && (
        <>
          <Button
            look="quiet"
            small
            aria-label="Previous place"
            disabled={at === undefined || at <= 0}
            onClick={() => onMove((at ?? 1) - 1)}
          >
            <ChevronUp aria-hidden="true" className="size-4" />
            <span className="max-sm:hidden">Previous</span>
          </Button>
          <Button
            look="quiet"
            small
            aria-label="Next place"
            disabled={at !== undefined && at >= places.length - 1}
            onClick={() => onMove(at === undefined ? 0 : at + 1)}
          >
            <ChevronDown aria-hidden="true" className="size-4" />
            <span className="max-sm:hidden">Next</span>
          </Button>
        </>
      )}
    </div>
  );
}
