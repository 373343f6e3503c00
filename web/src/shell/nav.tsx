import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Coins,
  Cpu,
  House,
  Leaf,
  ListTodo,
  type LucideIcon,
  MessagesSquare,
  Network,
  Search,
  UserCheck,
  Users,
  Workflow,
} from 'lucide-react';
import type { Operations } from '../api/types.ts';
import { MOST_COUNTED, openApprovalsQuery } from '../api/workflow-queries.ts';
import icon from '../icon.svg';
import { Keys } from './keys.tsx';
import { useShellWindow } from './windows.tsx';
import { You } from './you.tsx';

interface PageEntry {
  to:
    | '/'
    | '/tasks'
    | '/workflows'
    | '/approvals'
    | '/agents'
    | '/messages'
    | '/teams'
    | '/models'
    | '/costs'
    | '/energy';
  label: string;
  Icon: LucideIcon;
  /** Where the number of open approvals stands: on a phone, which has no room for their own entry, at their neighbour. */
  count?: 'beside' | 'on phones';
  /** A phone has no room for it: there the menu of who is signed in leads to it, or a neighbour. */
  isWideOnly?: true;
}

const PAGES: readonly PageEntry[] = [
  { to: '/', label: 'Home', Icon: House },
  { to: '/tasks', label: 'Tasks', Icon: ListTodo },
  { to: '/workflows', label: 'Workflows', Icon: Workflow, count: 'on phones' },
  { to: '/approvals', label: 'Approvals', Icon: UserCheck, count: 'beside', isWideOnly: true },
  { to: '/agents', label: 'Agents', Icon: Users },
  { to: '/messages', label: 'Messages', Icon: MessagesSquare },
  { to: '/teams', label: 'Teams', Icon: Network },
  { to: '/models', label: 'Models', Icon: Cpu, isWideOnly: true },
  { to: '/costs', label: 'Costs', Icon: Coins, isWideOnly: true },
  { to: '/energy', label: 'Energy', Icon: Leaf, isWideOnly: true },
];

/** How an entry of the navigation looks: below one another at the left, side by side at the bottom of a phone. */
export const NAV_ENTRY =
  'flex min-w-0 flex-auto flex-col items-center gap-0.5 rounded-lg py-2 text-[0.6875rem] text-soft transition-colors hover:bg-sunken hover:text-ink md:w-full md:flex-none md:flex-row md:gap-3 md:px-2.5 md:text-sm';

/** Where one can go: at the left, on a phone at the bottom. */
export function Nav({ identity }: { identity: Operations['keys.whoami']['output'] }) {
  const show = useShellWindow();
  return (
    <header className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-card pb-[env(safe-area-inset-bottom)] md:sticky md:inset-auto md:top-0 md:h-dvh md:w-60 md:shrink-0 md:border-t-0 md:border-r md:pb-0">
      <div className="flex h-full px-1 md:flex-col md:gap-5 md:p-4">
        <Link to="/" className="hidden items-center gap-2.5 px-2 pt-1 text-lg font-semibold md:flex">
          <img src={icon} alt="" className="size-7" />
          Cadre
        </Link>
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => show('palette')}
          className="hidden items-center gap-1.5 rounded-lg border border-line bg-paper px-2 py-1.5 text-sm text-soft hover:text-ink md:flex"
        >
          <Search aria-hidden="true" className="size-4 shrink-0" />
          <span className="flex-1 text-left whitespace-nowrap">Search or do …</span>
          <Keys of="mod+k" />
        </button>
        <nav aria-label="Pages" className="flex min-w-0 flex-auto md:flex-none md:flex-col md:gap-1">
          {PAGES.map(({ to, label, Icon, count, isWideOnly }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              className={`relative ${NAV_ENTRY} ${isWideOnly ? 'max-md:hidden' : ''} aria-[current=page]:font-medium aria-[current=page]:text-accent md:aria-[current=page]:bg-accent-soft`}
            >
              <Icon aria-hidden="true" className="size-5" />
              {label}
              {count && <OpenApprovals where={count} />}
            </Link>
          ))}
        </nav>
        <div className="flex min-w-0 flex-auto md:mt-auto md:block md:flex-none">
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => show('palette')}
            className={`${NAV_ENTRY} md:hidden`}
          >
            <Search aria-hidden="true" className="size-5" />
            Search
          </button>
          <You identity={identity} />
        </div>
      </div>
    </header>
  );
}

/** How many questions wait for a decision; nothing while there is none. */
function OpenApprovals({ where }: { where: NonNullable<PageEntry['count']> }) {
  const { data: count = 0 } = useQuery(openApprovalsQuery);
  if (count === 0) return null;
  const place = where === 'beside' ? 'ml-auto' : 'absolute top-1 left-1/2 ml-1 md:hidden';
  return (
    <span className={`rounded-full bg-accent px-1.5 text-xs leading-5 font-medium text-on-accent ${place}`}>
      {count > MOST_COUNTED ? `${MOST_COUNTED}+` : count}
      <span className="sr-only">{where === 'beside' ? ' open' : ' open approvals'}</span>
    </span>
  );
}
