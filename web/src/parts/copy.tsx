import { Check, Copy as CopyIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { notify } from './notices.tsx';

/** Copies a text; `what` names it for screen readers: "the id of the task". */
export function Copy({ text, what }: { text: string; what: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2_000);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
    } catch {
      // Browsers allow it on HTTPS and on this machine only.
      notify('It could not be copied', 'Select the text and copy it with the keyboard.');
    }
  };
  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={done ? `Copied ${what}` : `Copy ${what}`}
      title={done ? 'Copied' : 'Copy'}
      className="rounded p-1 align-middle text-soft hover:bg-sunken hover:text-ink"
    >
      {done ? (
        <Check aria-hidden="true" className="size-3.5" />
      ) : (
        <CopyIcon aria-hidden="true" className="size-3.5" />
      )}
    </button>
  );
}
