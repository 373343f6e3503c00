import { Menu } from '@base-ui/react/menu';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BookOpen, House, ListTodo, LogOut, Monitor, Moon, Sun, UserRound, Users } from 'lucide-react';
import type { ComponentType } from 'react';
import { send } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import type { Operations } from '../api/types.ts';
import icon from '../icon.svg';
import { notifyProblem } from '../parts/notices.tsx';
import { THEMES, type Theme, useTheme } from './theme.tsx';

const PAGES = [
  { to: '/', label: 'Home', Icon: House },
  { to: '/tasks', label: 'Tasks', Icon: ListTodo },
  { to: '/agents', label: 'Agents', Icon: Users },
] as const;

type Identity = Operations['keys.whoami']['output'];

/** Where one can go: at the left, on a phone at the bottom. */
export function Nav({ identity }: { identity: Identity }) {
  return (
    <header className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-card md:sticky md:inset-auto md:top-0 md:h-dvh md:w-52 md:shrink-0 md:border-t-0 md:border-r">
      <div className="flex h-full md:flex-col md:gap-6 md:p-4">
        <Link to="/" className="hidden items-center gap-2.5 px-2 text-lg font-semibold md:flex">
          <img src={icon} alt="" className="size-7" />
          Cadre
        </Link>
        <nav aria-label="Pages" className="flex flex-1 justify-around md:flex-none md:flex-col md:gap-1">
          {PAGES.map(({ to, label, Icon }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === '/' }}
              className="flex flex-col items-center gap-0.5 rounded-lg px-4 py-2 text-xs text-soft hover:bg-sunken hover:text-ink aria-[current=page]:text-accent md:flex-row md:gap-3 md:px-2.5 md:text-base md:aria-[current=page]:bg-accent-soft md:aria-[current=page]:font-medium"
            >
              <Icon aria-hidden="true" className="size-5" />
              {label}
            </Link>
          ))}
        </nav>
        <div className="flex items-center md:mt-auto md:block">
          <You identity={identity} />
        </div>
      </div>
    </header>
  );
}

const THEME_ICONS: Record<Theme, ComponentType<{ className?: string }>> = {
  system: Monitor,
  light: Sun,
  dark: Moon,
};
const ITEM =
  'flex items-center gap-2.5 rounded-lg px-3 py-2 text-sm outline-none select-none data-highlighted:bg-sunken';

function You({ identity }: { identity: Identity }) {
  const { theme, setTheme } = useTheme();
  const client = useQueryClient();
  const signOut = async () => {
    try {
      await send('/sign-out', { method: 'POST' });
      client.setQueryData(sessionQuery.queryKey, null);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <Menu.Root>
      <Menu.Trigger className="flex flex-col items-center gap-0.5 rounded-lg px-4 py-2 text-xs text-soft hover:bg-sunken hover:text-ink md:w-full md:flex-row md:gap-3 md:px-2.5 md:text-sm">
        <UserRound aria-hidden="true" className="size-5 shrink-0" />
        <span className="md:min-w-0 md:truncate">You</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner side="top" align="start" sideOffset={6} className="z-40">
          <Menu.Popup className="w-64 rounded-xl border border-line bg-card p-1.5 shadow-float outline-none">
            <p className="px-3 py-2 text-sm text-soft">
              <span className="block font-medium break-words text-ink" dir="auto">
                {identity.actor.name}
              </span>
              {identity.role} of <bdi>{identity.tenant.name}</bdi>
            </p>
            <Menu.Separator className="my-1 h-px bg-line" />
            <Menu.RadioGroup value={theme} onValueChange={setTheme}>
              {THEMES.map((each) => {
                const Icon = THEME_ICONS[each];
                return (
                  <Menu.RadioItem key={each} value={each} className={ITEM}>
                    <Icon className="size-4" />
                    <span className="flex-1">
                      {each === 'system'
                        ? 'Theme of the system'
                        : `${each === 'dark' ? 'Dark' : 'Light'} theme`}
                    </span>
                    <Menu.RadioItemIndicator>
                      <span aria-hidden="true">✓</span>
                    </Menu.RadioItemIndicator>
                  </Menu.RadioItem>
                );
              })}
            </Menu.RadioGroup>
            <Menu.Separator className="my-1 h-px bg-line" />
            <Menu.LinkItem href="/docs" className={ITEM}>
              <BookOpen className="size-4" aria-hidden="true" /> API documentation
            </Menu.LinkItem>
            <Menu.Item onClick={signOut} className={ITEM}>
              <LogOut className="size-4" aria-hidden="true" /> Sign out
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
