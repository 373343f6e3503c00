import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileText } from 'lucide-react';
import { useState } from 'react';
import { fileQuery } from '../../../api/queries.ts';
import { Button } from '../../../parts/button.tsx';

/** Each name is one question to the server: more only when asked for. */
const FIRST = 12;

/** Files by name, each a way to the document. */
export function Files({ ids }: { ids: readonly string[] }) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? ids : ids.slice(0, FIRST);
  return (
    <>
      <ul className="flex flex-wrap gap-2">
        {shown.map((id) => (
          <li key={id} className="min-w-0">
            <FileLink id={id} />
          </li>
        ))}
      </ul>
      {shown.length < ids.length && (
        <Button small look="quiet" className="mt-1" onClick={() => setWhole(true)}>
          Show all {ids.length} files
        </Button>
      )}
    </>
  );
}

function FileLink({ id }: { id: string }) {
  const { data, isError } = useQuery(fileQuery(id));
  return (
    <Link
      to="/files/$fileId"
      params={{ fileId: id }}
      className="flex max-w-full items-center gap-1.5 rounded-lg border border-line bg-card px-2.5 py-1 text-sm hover:bg-sunken"
    >
      <FileText aria-hidden="true" className="size-4 shrink-0 text-soft" />
      <span className="truncate" dir="auto">
        {data?.name ?? (isError ? 'a file that is gone' : 'a file')}
      </span>
    </Link>
  );
}
