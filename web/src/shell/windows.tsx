import { createContext, lazy, type ReactNode, Suspense, useContext, useMemo, useState } from 'react';
import { patiently } from '../parts/patiently.ts';

/** The windows of the shell: the palette, and the list of shortcuts. One at a time. */
export type ShellWindow = 'palette' | 'shortcuts';

const parts = {
  palette: () => patiently(() => import('./palette.tsx')),
  shortcuts: () => patiently(() => import('./shortcuts.tsx')),
};
const Palette = lazy(() => parts.palette().then((part) => ({ default: part.Palette })));
const Shortcuts = lazy(() => parts.shortcuts().then((part) => ({ default: part.Shortcuts })));

/** How to fetch them before they are opened. */
export const WINDOW_PARTS: ReadonlyArray<() => Promise<unknown>> = Object.values(parts);

const WindowsContext = createContext<(window: ShellWindow | undefined) => void>(() => undefined);

/** Opens a window of the shell, or with undefined closes the one that is open. */
export const useShellWindow = () => useContext(WindowsContext);

/** Holds the windows of the shell. Each is a file of its own, fetched when it is first needed. */
export function Windows({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<ShellWindow>();
  const [wasOpen, setWasOpen] = useState<ReadonlySet<ShellWindow>>(new Set());
  const show = useMemo(
    () => (window: ShellWindow | undefined) => {
      setOpen(window);
      if (window) setWasOpen((before) => new Set([...before, window]));
    },
    [],
  );
  const close = () => setOpen(undefined);
  return (
    <WindowsContext value={show}>
      {children}
      <Suspense fallback={null}>
        {wasOpen.has('palette') && <Palette open={open === 'palette'} onClose={close} />}
        {wasOpen.has('shortcuts') && <Shortcuts open={open === 'shortcuts'} onClose={close} />}
      </Suspense>
    </WindowsContext>
  );
}
