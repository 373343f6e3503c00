import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { patiently } from '../../parts/patiently.ts';
import type { Chosen } from '../../parts/upload/chosen.ts';
import type { Stored } from '../../parts/upload/uploads.ts';
import { storedFilesQuery } from './files-query.ts';
import { recentFiles } from './suggestions.ts';

const MOST = 20;
const RecentFilesMenu = lazy(() =>
  patiently(() => import('./recent-files-menu.tsx')).then((part) => ({ default: part.RecentFilesMenu })),
);

interface RecentFilesProps {
  chosen: readonly Chosen[];
  onAdd(files: readonly Stored[]): void;
  disabled: boolean;
}

/** Files that the server has already: they can be used again without another upload. */
export function RecentFiles({ chosen, onAdd, disabled }: RecentFilesProps) {
  const { data } = useQuery(storedFilesQuery);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  const files = recentFiles(data ?? [], MOST);
  if (files.length === 0) return null;
  return (
    <>
      <Button
        ref={button}
        small
        look="quiet"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        disabled={disabled}
        onClick={() => {
          setWasOpen(true);
          setOpen(!isOpen);
        }}
      >
        <History aria-hidden="true" className="size-4" /> Recent files
      </Button>
      {wasOpen && (
        <Suspense fallback={null}>
          <RecentFilesMenu
            files={files}
            chosen={chosen}
            onAdd={onAdd}
            open={isOpen}
            onOpenChange={setOpen}
            anchor={button}
          />
        </Suspense>
      )}
    </>
  );
}
