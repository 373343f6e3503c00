import { Menu as Base } from '@base-ui/react/menu';
import type { ReactNode, RefObject } from 'react';

/** How an entry of a menu looks. */
export const MENU_ITEM =
  'flex items-center gap-2.5 rounded-lg px-3 py-2 text-sm outline-none select-none data-highlighted:bg-sunken data-disabled:opacity-50';

interface MenuProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  /** The button that opened it: the menu stands beside it and gives the focus back to it. */
  anchor: RefObject<HTMLElement | null>;
  /** What the menu is about, for screen readers. */
  label: string;
  children: ReactNode;
  side?: 'top' | 'bottom';
  align?: 'start' | 'end';
}

/**
 * A menu beside a button that is not part of it: one menu serves every row of a list, and nothing of it is needed
 * before the button is pressed. The button toggles it (`aria-haspopup="menu"`, `aria-expanded`).
 */
export function Menu({ open, onOpenChange, anchor, label, children, side = 'bottom', align }: MenuProps) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(next, { event, cancel }) => {
        // A press on the button itself closes the menu by the button's own click, not twice.
        if (!next && event.target instanceof Node && anchor.current?.contains(event.target)) cancel();
        else onOpenChange(next);
      }}
    >
      <Base.Portal>
        <Base.Positioner anchor={anchor} side={side} align={align ?? 'start'} sideOffset={6} className="z-40">
          <Base.Popup
            aria-label={label}
            finalFocus={anchor}
            className="max-w-[calc(100vw-1rem)] min-w-48 rounded-xl border border-line bg-card p-1.5 shadow-float outline-none"
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
