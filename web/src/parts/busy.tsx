import { LoaderCircle } from 'lucide-react';

/** Something is on its way, and what. */
export function Busy({ what }: { what: string }) {
  return (
    <p role="status" className="flex items-center gap-2 py-8 text-soft">
      <LoaderCircle aria-hidden="true" className="size-4 animate-spin" />
      {what} …
    </p>
  );
}
