import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { RefObject } from 'react';
import { Menu } from '../../parts/menu.tsx';
import { type Chosen, size } from '../../parts/upload/chosen.ts';
import type { Stored } from '../../parts/upload/uploads.ts';

interface RecentFilesMenuProps {
  files: readonly Stored[];
  chosen: readonly Chosen[];
  onAdd(files: readonly Stored[]): void;
  open: boolean;
  onOpenChange(open: boolean): void;
  anchor: RefObject<HTMLElement | null>;
}

/** The files to choose from; it stays open while one takes several. */
export function RecentFilesMenu({ files, chosen, onAdd, ...menu }: RecentFilesMenuProps) {
  const there = new Set(chosen.map(({ fileId }) => fileId));
  return (
    <Menu label="Recent files" {...menu}>
      <div className="max-h-80 w-80 max-w-full overflow-y-auto">
        {files.map((file) => (
          <Base.Item
            key={file.id}
            closeOnClick={false}
            disabled={there.has(file.id)}
            onClick={() => onAdd([file])}
            className="flex items-center gap-2 rounded-lg px-2.5 py-1.5 text-sm outline-none select-none data-disabled:text-soft data-highlighted:bg-sunken"
          >
            <bdi className="min-w-0 flex-1 truncate">{file.name}</bdi>
            <span className="shrink-0 text-xs text-soft">{size(file.bytes)}</span>
            {there.has(file.id) && <Check role="img" aria-label="added" className="size-4 text-accent" />}
          </Base.Item>
        ))}
      </div>
    </Menu>
  );
}
