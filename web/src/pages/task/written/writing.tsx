import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { providersQuery } from '../../../api/model-queries.ts';
import { isFinal, type Task } from '../../../api/models.ts';
import { addPieces, type Piece, readPiece, type Written } from './pieces.ts';

const NOTHING: Written = new Map();
const WrittenContext = createContext<Written>(NOTHING);

/** Text that comes within one of these is drawn together. */
const BATCH_MS = 100;

/**
 * Follows what models write for a task, while it is worked on, somebody looks, and a provider is connected: a stream of
 * its own, as text is too much for the log.
 */
export function WritingProvider({ task, children }: { task: Task; children: ReactNode }) {
  const { data: providers } = useQuery(providersQuery);
  const isSeen = useSyncExternalStore(onSeen, () => document.visibilityState === 'visible');
  const [written, setWritten] = useState(NOTHING);
  const follows = !isFinal(task.status) && isSeen && (providers?.some(({ enabled }) => enabled) ?? false);
  useEffect(() => {
    if (!follows) return setWritten(NOTHING);
    let pieces: Piece[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const source = new EventSource(`/api/v1/tasks/${encodeURIComponent(task.id)}/stream`);
    source.addEventListener('text.delta', ({ data }: MessageEvent<string>) => {
      const piece = readPiece(data);
      if (piece) pieces.push(piece);
      timer ??= setTimeout(() => {
        timer = undefined;
        const added = pieces;
        pieces = [];
        setWritten((before) => addPieces(before, added));
      }, BATCH_MS);
    });
    return () => {
      source.close();
      clearTimeout(timer);
    };
  }, [follows, task.id]);
  return <WrittenContext value={written}>{children}</WrittenContext>;
}

function onSeen(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

/** What models write now, by task. */
export const useWritten = (): Written => useContext(WrittenContext);
