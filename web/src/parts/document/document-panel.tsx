import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download, ExternalLink } from 'lucide-react';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { fileQuery } from '../../api/queries.ts';
import { buttonLook } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { contentAddress } from './content-address.ts';
import { DocumentView } from './document-view.tsx';
import { type Place, placesByFile, samePlace } from './place.ts';

interface Opening {
  fileId: string;
  places: readonly Place[];
  at: number | undefined;
  turn: number;
}

/** Ways to open a document beside the page. */
export interface OpenDocument {
  /** At a citation, with all others of the result in the same document. */
  place(place: Place): void;
  /** At the first of some places, perhaps in several documents; the others are a step away. */
  places(places: readonly Place[]): void;
  /** At its beginning. */
  file(fileId: string): void;
}

const NOWHERE: OpenDocument = { place() {}, places() {}, file() {} };
const OpenDocumentContext = createContext<OpenDocument>(NOWHERE);
export const useOpenDocument = (): OpenDocument => useContext(OpenDocumentContext);

/** Lets what is inside open documents in a panel at the side. `cited`: every place that the page cites. */
export function DocumentPanel({ cited, children }: { cited: readonly Place[]; children: ReactNode }) {
  const [opening, setOpening] = useState<Opening>();
  const [isOpen, setIsOpen] = useState(false);
  const byFile = useMemo(() => placesByFile(cited), [cited]);
  const open = useMemo<OpenDocument>(() => {
    const show = (next: Omit<Opening, 'turn'>) => {
      setOpening((before) => ({ ...next, turn: (before?.turn ?? 0) + 1 }));
      setIsOpen(true);
    };
    return {
      place(place) {
        const all = byFile.get(place.fileId) ?? [];
        const at = all.findIndex((each) => samePlace(each, place));
        if (at >= 0) show({ fileId: place.fileId, places: all, at });
        else show({ fileId: place.fileId, places: [place], at: 0 });
      },
      places(places) {
        const [first] = places;
        if (first) show({ fileId: first.fileId, places, at: 0 });
      },
      file(fileId) {
        show({ fileId, places: byFile.get(fileId) ?? [], at: undefined });
      },
    };
  }, [byFile]);
  return (
    <OpenDocumentContext value={open}>
      {children}
      {opening && (
        <Panel
          opening={opening}
          isOpen={isOpen}
          onClose={() => setIsOpen(false)}
          onMove={(at) =>
            setOpening({ ...opening, at, fileId: opening.places[at]?.fileId ?? opening.fileId })
          }
        />
      )}
    </OpenDocumentContext>
  );
}

interface PanelProps {
  opening: Opening;
  isOpen: boolean;
  onClose(): void;
  onMove(at: number): void;
}

function Panel({ opening, isOpen, onClose, onMove }: PanelProps) {
  const { fileId, places, at, turn } = opening;
  const file = useQuery(fileQuery(fileId));
  const place = at === undefined ? undefined : places[at];
  return (
    <Dialog
      open={isOpen}
      onClose={onClose}
      place="side"
      title={<bdi className="leading-8 [overflow-wrap:anywhere]">{file.data?.name ?? 'Document'}</bdi>}
      actions={
        <>
          <a
            href={contentAddress(fileId)}
            download
            aria-label="Download the original"
            title="Download the original"
            className={buttonLook('quiet', true)}
          >
            <Download aria-hidden="true" className="size-4" />
          </a>
          <Link
            to="/files/$fileId"
            params={{ fileId }}
            search={place ? { start: place.start, end: place.end } : {}}
            aria-label="Open on its own page"
            title="Open on its own page"
            className={buttonLook('quiet', true)}
          >
            <ExternalLink aria-hidden="true" className="size-4" />
          </Link>
        </>
      }
    >
      <DocumentView fileId={fileId} places={places} at={at} turn={turn} onMove={onMove} />
    </Dialog>
  );
}
