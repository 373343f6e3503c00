import { ChevronDown, ChevronUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../button.tsx';
import type { Place } from './place.ts';

interface PlaceBarProps {
  places: readonly Place[];
  at: number | undefined;
  fileId: string;
  /** On a page of its own, not in a panel. */
  onPage: boolean;
  onMove(at: number): void;
  /** What is to be known of the open place. */
  children?: ReactNode;
}

/** Which place is open, and the way to the previous and the next. */
export function PlaceBar({ places, at, fileId, onPage, onMove, children }: PlaceBarProps) {
  if (places.length === 0) return null;
  const place = at === undefined ? undefined : places[at];
  const files = new Set(places.map((each) => each.fileId)).size;
  const says =
    at === undefined
      ? `${places.length} ${places.length === 1 ? 'place' : 'places'} marked`
      : `Place ${at + 1} of ${places.length}${place?.page ? `, page ${place.page}` : ''}`;
  return (
    <div
      className={`sticky z-10 mb-4 space-y-2 border-b border-line bg-card ${onPage ? 'top-0 -mx-4 -mt-3 px-4 py-2' : '-top-4 -mx-5 -mt-4 px-5 py-2'}`}
    >
      <div className="flex min-h-8 items-center gap-2">
        <p role="status" className="min-w-0 flex-1 text-sm text-soft">
          {says}
          {files > 1 && ` · in ${files} documents`}
          {files === 1 && place === undefined && places[0]?.fileId !== fileId && ' in another document'}
        </p>
        {(places.length > 1 || at === undefined) && (
          <>
            <Step
              label="Previous"
              icon={<ChevronUp aria-hidden="true" className="size-4" />}
              isPossible={at !== undefined && at > 0}
              onClick={() => onMove((at ?? 1) - 1)}
            />
            <Step
              label="Next"
              icon={<ChevronDown aria-hidden="true" className="size-4" />}
              isPossible={at === undefined || at < places.length - 1}
              onClick={() => onMove(at === undefined ? 0 : at + 1)}
            />
          </>
        )}
      </div>
      {children}
    </div>
  );
}

/** A step to a neighbour. At the end it stays where it is and keeps the focus, only it does nothing. */
function Step(props: { label: string; icon: ReactNode; isPossible: boolean; onClick(): void }) {
  return (
    <Button
      look="quiet"
      small
      aria-label={`${props.label} place`}
      aria-disabled={!props.isPossible}
      className="aria-disabled:cursor-not-allowed aria-disabled:opacity-50"
      onClick={() => props.isPossible && props.onClick()}
    >
      {props.icon}
      <span className="max-sm:hidden">{props.label}</span>
    </Button>
  );
}
