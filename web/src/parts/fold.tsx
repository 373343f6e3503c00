import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';

/** Something that unfolds: its line, and what is below it only once it is asked for. */
export function Fold({
  title,
  children,
  open: first = false,
}: {
  title: ReactNode;
  children: ReactNode;
  open?: boolean;
}) {
  const [open, setOpen] = useState(first);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} className="group">
      <summary className="flex cursor-pointer list-none items-center gap-1.5 rounded py-1 text-sm [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden="true"
          className="size-4 shrink-0 text-soft transition-transform group-open:rotate-90 motion-reduce:transition-none"
        />
        {title}
      </summary>
      {open && <div className="mt-1 mb-2 pl-5.5">{children}</div>}
    </details>
  );
}
