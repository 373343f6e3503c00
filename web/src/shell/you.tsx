import { UserRound } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import type { Operations } from '../api/types.ts';
import { patiently } from '../parts/patiently.ts';
import { NAV_ENTRY } from './nav.tsx';

const YouMenu = lazy(() =>
  patiently(() => import('./you-menu.tsx')).then((part) => ({ default: part.YouMenu })),
);

/** Who is signed in; opens the menu with theme, documentation and sign-out. */
export function You({ identity }: { identity: Operations['keys.whoami']['output'] }) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => {
          setWasOpen(true);
          setOpen(!isOpen);
        }}
        className={NAV_ENTRY}
      >
        <UserRound aria-hidden="true" className="size-5 shrink-0" />
        <span className="max-w-full truncate">
          You<span className="sr-only"> and settings</span>
        </span>
      </button>
      {wasOpen && (
        <Suspense fallback={null}>
          <YouMenu identity={identity} open={isOpen} onOpenChange={setOpen} anchor={button} />
        </Suspense>
      )}
    </>
  );
}
