import { useQueries } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Citation } from '../../../api/models.ts';
import { fileQuery } from '../../../api/queries.ts';

const NamesContext = createContext<ReadonlyMap<string, string>>(new Map());

/** Names of files by id, for citations. */
export const useNames = (): ReadonlyMap<string, string> => useContext(NamesContext);

/** Files whose names the result does not say are asked for, but no more than a person would look at. */
const MOST_ASKED = 20;

interface NamesProps {
  documents: ReadonlyArray<{ fileId: string; name: string }>;
  citations: readonly Citation[];
  /** Files of the task: they exist. What else an agent names may not. */
  files: readonly string[];
  children: ReactNode;
}

/** Knows the files of a result by name. */
export function Names({ documents, citations, files, children }: NamesProps) {
  const said = useMemo(() => new Map(documents.map(({ fileId, name }) => [fileId, name])), [documents]);
  const unsaid = useMemo(() => {
    const cited = new Set(citations.map(({ fileId }) => fileId));
    return files.filter((id) => cited.has(id) && !said.has(id)).slice(0, MOST_ASKED);
  }, [citations, files, said]);
  const asked = useQueries({ queries: unsaid.map((id) => ({ ...fileQuery(id), retry: false })) });
  const found = asked.map(({ data }) => data?.name ?? '').join('\n');
  const names = useMemo(() => {
    const all = new Map(said);
    for (const [index, name] of found.split('\n').entries()) {
      const id = unsaid[index];
      if (id && name) all.set(id, name);
    }
    return all;
  }, [said, unsaid, found]);
  return <NamesContext value={names}>{children}</NamesContext>;
}
