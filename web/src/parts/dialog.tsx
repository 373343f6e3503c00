import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';

const BACKDROP =
  'fixed inset-0 z-40 bg-black/40 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0';
const PLACES = {
  middle:
    'top-1/2 left-1/2 w-[min(32rem,calc(100vw-2rem))] max-h-[calc(100dvh-4rem)] -translate-x-1/2 -translate-y-1/2 rounded-2xl data-starting-style:opacity-0 data-ending-style:opacity-0',
  side: 'top-0 right-0 h-dvh w-[min(44rem,100vw)] border-l data-starting-style:translate-x-8 data-starting-style:opacity-0 data-ending-style:translate-x-8 data-ending-style:opacity-0',
};

interface DialogProps {
  open: boolean;
  onClose(): void;
  title: ReactNode;
  children: ReactNode;
  /** `side`: a panel at the right edge, whole width on a phone. */
  place?: keyof typeof PLACES;
  /** Beside the title, left of the close button. */
  actions?: ReactNode;
}

/** A window over the page: focus goes in and comes back, Escape closes, the rest is out of reach. */
export function Dialog({ open, onClose, title, children, place = 'middle', actions }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup
          className={`fixed z-40 flex flex-col border-line bg-card shadow-float transition duration-150 outline-none ${PLACES[place]}`}
        >
          <div className="flex items-start gap-3 border-b border-line px-5 py-3.5">
            <Base.Title className="min-w-0 flex-1 text-lg font-semibold break-words">{title}</Base.Title>
            {actions}
            <Base.Close
              aria-label="Close"
              className="-mr-2 rounded-lg p-1.5 text-soft hover:bg-sunken hover:text-ink"
            >
              <X className="size-5" aria-hidden="true" />
            </Base.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
