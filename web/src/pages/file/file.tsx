import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { CircleAlert, Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Problem } from '../../api/client.ts';
import type { StoredFile } from '../../api/models.ts';
import { fileQuery } from '../../api/queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button, buttonLook } from '../../parts/button.tsx';
import { contentAddress } from '../../parts/document/content-address.ts';
import { DocumentView } from '../../parts/document/document-view.tsx';
import type { Place } from '../../parts/document/place.ts';
import { Empty } from '../../parts/empty.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import { useTitle } from '../../shell/title.tsx';
import { Entities } from './entities.tsx';
import { bytesWords } from './size.ts';

const route = getRouteApi('/files/$fileId');

/** A file: what it is, how far it has come, its text, and what was found in it. */
export function FilePage() {
  const { fileId } = route.useParams();
  const file = useQuery(fileQuery(fileId));
  useTitle(file.data?.name ?? 'File');
  if (file.isPending) return <Busy what="Opening the file" />;
  if (file.isError) {
    return file.error instanceof Problem && file.error.details.status === 404 ? (
      <Empty title="There is no such file">
        <p className="mb-4">The address may be mistyped, or the file belongs to another tenant.</p>
        <Link to="/" className={buttonLook('main')}>
          Go home
        </Link>
      </Empty>
    ) : (
      <ProblemBox error={file.error} onRetry={() => file.refetch()} />
    );
  }
  return <Whole key={fileId} file={file.data} />;
}

function Whole({ file }: { file: StoredFile }) {
  const { start, end } = route.useSearch();
  const navigate = route.useNavigate();
  const addressed = useMemo<Place[]>(
    () => (start === undefined ? [] : [{ fileId: file.id, start, end: end ?? start }]),
    [file.id, start, end],
  );
  const [chosen, setChosen] = useState<{ places: Place[]; turn: number }>({ places: [], turn: 0 });
  // The address says which place is open; what was chosen says which others there are.
  const isAmong = chosen.places.findIndex((place) => place.start === start && place.end === end);
  const places = isAmong >= 0 ? chosen.places : addressed;
  const [isTried, setIsTried] = useState(false);
  const go = (place: Place | undefined) => {
    if (place)
      void navigate({ search: { start: place.start, end: place.end }, replace: true, resetScroll: false });
  };
  return (
    <>
      <Head file={file} />
      {file.status === 'failed' && !isTried ? (
        <Unread file={file} onTry={() => setIsTried(true)} />
      ) : (
        <div className="mt-6 grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_18rem]">
          <section
            aria-labelledby="text"
            className="min-w-0 rounded-2xl border border-line bg-card px-5 py-4 shadow-card md:px-8"
          >
            <h2 id="text" className="sr-only">
              Text
            </h2>
            <DocumentView
              fileId={file.id}
              places={places}
              at={places.length > 0 ? Math.max(0, isAmong) : undefined}
              onPage
              turn={chosen.turn}
              onMove={(at) => go(places[at])}
            />
          </section>
          <aside className="lg:sticky lg:top-6">
            <Entities
              fileId={file.id}
              isAnalyzed={file.status === 'analyzed'}
              onOpen={(next) => {
                setChosen({ places: next, turn: chosen.turn + 1 });
                go(next[0]);
              }}
            />
          </aside>
        </div>
      )}
    </>
  );
}

const STATUS: Record<StoredFile['status'], string> = {
  stored: 'stored; it is read when it is needed',
  read: 'read; names and amounts are looked for when they are needed',
  analyzed: 'read and analysed',
  failed: 'could not be read',
};

function Head({ file }: { file: StoredFile }) {
  return (
    <header>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <h1
          dir="auto"
          className="min-w-0 flex-1 basis-64 text-2xl font-semibold break-words [overflow-wrap:anywhere]"
        >
          {file.name}
        </h1>
        <a href={contentAddress(file.id)} download className={buttonLook()}>
          <Download aria-hidden="true" className="size-4" />
          Download the original
        </a>
      </div>
      <dl className="mt-3 flex flex-wrap gap-x-8 gap-y-2 text-sm">
        <Fact name="Type" value={file.mediaType} />
        <Fact name="Size" value={bytesWords(file.bytes)} />
        <Fact name="Status" value={STATUS[file.status]} />
        <div>
          <dt className="text-xs text-soft">Stored</dt>
          <dd>
            <Ago at={file.createdAt} />
          </dd>
        </div>
        <div className="min-w-0">
          <dt className="text-xs text-soft">SHA-256</dt>
          <dd title={file.sha256} className="truncate font-mono text-xs leading-5 select-all">
            {file.sha256}
          </dd>
        </div>
      </dl>
    </header>
  );
}

/** Why a file has no text to show. */
function Unread({ file, onTry }: { file: StoredFile; onTry(): void }) {
  return (
    <div className="mt-6 flex gap-3 rounded-xl border border-failed/40 bg-failed/5 p-4">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-failed" />
      <div className="min-w-0 text-sm">
        <p dir="auto" className="font-medium break-words">
          {file.error?.message ?? 'The file could not be read.'}
        </p>
        {file.error?.hint && (
          <p dir="auto" className="mt-1 break-words text-soft">
            {file.error.hint}
          </p>
        )}
        <Button small onClick={onTry} className="mt-3">
          Try to read it again
        </Button>
      </div>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-soft">{name}</dt>
      <dd dir="auto" className="break-words">
        {value}
      </dd>
    </div>
  );
}
