import { Menu } from '@base-ui/react/menu';
import { useQuery } from '@tanstack/react-query';
import { Check, History } from 'lucide-react';
import { buttonLook } from '../../parts/button.tsx';
import { type Chosen, size } from '../../parts/upload/chosen.ts';
import type { Stored } from '../../parts/upload/uploads.ts';
import { storedFilesQuery } from './files-query.ts';
import { recentFiles } from './suggestions.ts';

const MOST = 20;

interface RecentFilesProps {
  chosen: readonly Chosen[];
  onAdd(files: readonly Stored[]): void;
  disabled: boolean;
}

/** Files that the server has already: they can be used again without another upload. */
export function RecentFiles({ chosen, onAdd, disabled }: RecentFilesProps) {
  const { data } = useQuery(storedFilesQuery);
  const files = recentFiles(data ?? [], MOST);
  const there = new Set(chosen.map(({ fileId }) => fileId));
  if (files.length === 0) return null;
  return (
    <Menu.Root>
      <Menu.Trigger className={buttonLook('quiet', true)} disabled={disabled}>
        <History aria-hidden="true" className="size-4" /> Recent files
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner side="bottom" align="start" sideOffset={6} className="z-40">
          <Menu.Popup className="max-h-80 w-80 max-w-[calc(100vw-2rem)] overflow-y-auto rounded-xl border border-line bg-card p-1.5 shadow-float outline-none">
            {files.map((file) => (
              <Menu.Item
                key={file.id}
                closeOnClick={false}
                disabled={there.has(file.id)}
                onClick={() => onAdd([file])}
                className="flex items-center gap-2 rounded-lg px-2.5 py-1.5 text-sm outline-none select-none data-disabled:text-soft data-highlighted:bg-sunken"
              >
                <bdi className="min-w-0 flex-1 truncate">{file.name}</bdi>
                <span className="shrink-0 text-xs text-soft">{size(file.bytes)}</span>
                {there.has(file.id) && <Check role="img" aria-label="added" className="size-4 text-accent" />}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
