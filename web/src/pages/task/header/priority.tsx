import { Menu } from '@base-ui/react/menu';
import { ChevronDown } from 'lucide-react';
import type { Task } from '../../../api/models.ts';
import { buttonLook } from '../../../parts/button.tsx';
import { PRIORITIES, priorityName } from './controls.ts';
import { useChange } from './use-act.ts';

/** How urgent an open task is, and how to change it. */
export function Priority({ task }: { task: Task }) {
  const change = useChange(task.id);
  const name = priorityName(change.isPending ? change.variables : task.priority);
  const shown = name.startsWith('Priority') ? name : `${name} priority`;
  return (
    <Menu.Root>
      <Menu.Trigger
        className={buttonLook('quiet', true)}
        disabled={change.isPending}
        aria-label={`${shown}. Change it`}
      >
        {shown}
        <ChevronDown aria-hidden="true" className="size-4" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={6} className="z-40">
          <Menu.Popup className="w-56 rounded-xl border border-line bg-card p-1.5 shadow-float outline-none">
            <p className="px-3 py-1.5 text-sm text-soft">Urgent work is taken in hand first.</p>
            <Menu.RadioGroup
              value={task.priority}
              onValueChange={(value: number) => value !== task.priority && change.mutate(value)}
            >
              {PRIORITIES.map((each) => (
                <Menu.RadioItem
                  key={each.value}
                  value={each.value}
                  closeOnClick
                  className="flex items-center gap-2.5 rounded-lg px-3 py-2 text-sm outline-none select-none data-highlighted:bg-sunken"
                >
                  <span className="flex-1">{each.name}</span>
                  <Menu.RadioItemIndicator>
                    <span aria-hidden="true">✓</span>
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
