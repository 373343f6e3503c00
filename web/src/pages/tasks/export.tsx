import { Menu as Base } from '@base-ui/react/menu';
import { FileJson, FileSpreadsheet } from 'lucide-react';
import type { RefObject } from 'react';
import type { TaskSummary } from '../../api/models.ts';
import { MENU_ITEM, Menu } from '../../parts/menu.tsx';
import { notify } from '../../parts/notices.tsx';
import { tasksAsCsv, tasksAsJson } from './csv.ts';

interface ExportMenuProps {
  tasks: readonly TaskSummary[];
  open: boolean;
  onOpenChange(open: boolean): void;
  anchor: RefObject<HTMLElement | null>;
}

/** Saves the tasks of the list that are loaded, as a table or as the API gives them. */
export function ExportMenu({ tasks, ...menu }: ExportMenuProps) {
  const count = tasks.length === 1 ? '1 task' : `${tasks.length} tasks`;
  const save = (text: string, type: string, ending: string) => {
    saveAs(new Blob([text], { type }), `cadre-tasks-${new Date().toISOString().slice(0, 10)}.${ending}`);
    notify(`${count} exported`);
  };
  return (
    <Menu {...menu} label="Export" align="end">
      <p className="px-3 py-1.5 text-sm text-soft">The {count} shown</p>
      <Base.Item className={MENU_ITEM} onClick={() => save(tasksAsCsv(tasks), 'text/csv', 'csv')}>
        <FileSpreadsheet className="size-4" aria-hidden="true" /> CSV, for spreadsheets
      </Base.Item>
      <Base.Item className={MENU_ITEM} onClick={() => save(tasksAsJson(tasks), 'application/json', 'json')}>
        <FileJson className="size-4" aria-hidden="true" /> JSON, for programs
      </Base.Item>
    </Menu>
  );
}

function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
