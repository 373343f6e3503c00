/**
 * Runs `work` now, and again at most once per `everyMs` however often it is asked for: the last asking is never
 * lost. Lists that many events touch are read again this way.
 */
export function atMostEvery(everyMs: number, work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const run = () => {
    again = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, everyMs);
    work();
  };
  return () => {
    if (timer === undefined) run();
    else again = true;
  };
}
