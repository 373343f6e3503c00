import { useEffect, useRef, useState } from 'react';
import { notifyProblem } from '../notices.tsx';
import { filesOf, hasFiles } from './dropped.ts';

/** Takes files that are dropped anywhere on the page. True while some are held over it. */
export function useDrop(take: (files: File[]) => void, disabled = false): boolean {
  const [isOver, setOver] = useState(false);
  const taking = useRef(take);
  useEffect(() => {
    taking.current = take;
  });
  useEffect(() => {
    if (disabled) return;
    // Each element under the pointer tells that it was entered and left: over the page while more were entered.
    let depth = 0;
    const over = (change: number) => {
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    const enter = (event: DragEvent) => hasFiles(event.dataTransfer) && over(1);
    const leave = (event: DragEvent) => hasFiles(event.dataTransfer) && over(-1);
    const hold = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      over(-depth);
      filesOf(event.dataTransfer)
        .then((files) => taking.current(files))
        .catch(notifyProblem);
    };
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener('dragenter', enter, { signal });
    window.addEventListener('dragleave', leave, { signal });
    window.addEventListener('dragover', hold, { signal });
    window.addEventListener('drop', drop, { signal });
    return () => stop.abort();
  }, [disabled]);
  return isOver;
}
