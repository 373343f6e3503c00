import { Command } from 'cmdk';
import { lazy, Suspense, useDeferredValue, useState } from 'react';
import { useControl } from '../parts/control.ts';
import { Dialog } from '../parts/dialog.tsx';
import { PaletteList } from './palette-list.tsx';

const Confirm = lazy(() => import('../parts/confirm.tsx').then((part) => ({ default: part.Confirm })));

/** Search or do anything with a few letters: pages, tasks, agents, and what can be done to the task that is open. */
export function Palette({ open, onClose }: { open: boolean; onClose(): void }) {
  const [ending, setEnding] = useState<{ id: string; goal: string }>();
  const [isAsking, setAsking] = useState(false);
  const control = useControl();
  return (
    <>
      <Dialog open={open} onClose={onClose} title="Search or do something">
        <Search
          onClose={onClose}
          onTerminate={(task) => {
            setEnding(task);
            setAsking(true);
          }}
        />
      </Dialog>
      {ending && (
        <Suspense fallback={null}>
          <Confirm
            open={isAsking}
            onClose={() => setAsking(false)}
            title="Terminate this task?"
            verb="Terminate"
            onConfirm={() => void control('terminate', ending.id)}
          >
            <span className="line-clamp-3 break-words text-ink" dir="auto">
              {ending.goal}
            </span>
            Its open steps end too. What is done stays, and the task can be tried again.
          </Confirm>
        </Suspense>
      )}
    </>
  );
}

function Search(props: { onClose(): void; onTerminate(task: { id: string; goal: string }): void }) {
  const [typed, setTyped] = useState('');
  // The window opens at once and one can type; the list follows in the next frame.
  const isDrawn = useDeferredValue(true, false);
  return (
    <Command label="Search or do something" shouldFilter={false} loop className="flex flex-col gap-3">
      <Command.Input
        value={typed}
        onValueChange={setTyped}
        autoFocus
        placeholder="A page, a task, an agent, something to do …"
        className="h-11 w-full rounded-lg border border-line bg-paper px-3.5 placeholder:text-soft"
        dir="auto"
      />
      {isDrawn ? <PaletteList typed={typed.trim()} {...props} /> : <div className="h-96 max-h-[55dvh]" />}
    </Command>
  );
}
