const SIGNS = ['pointermove', 'pointerdown', 'touchstart', 'keydown'] as const;

/**
 * Calls `work` when somebody first touches the page: what is needed only then does not delay its first drawing.
 * Returns how to stop waiting.
 */
export function whenTouched(work: () => void): () => void {
  const stop = new AbortController();
  const once = () => {
    stop.abort();
    work();
  };
  for (const sign of SIGNS) addEventListener(sign, once, { signal: stop.signal, passive: true });
  return () => stop.abort();
}
