import { Link } from '@tanstack/react-router';

const TAB =
  '-mb-px border-b-2 border-transparent px-3 py-2 text-soft whitespace-nowrap hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink';

type PageOfTabs =
  | '/messages'
  | '/messages/topics'
  | '/teams'
  | '/teams/votes'
  | '/workflows'
  | '/approvals'
  | '/models'
  | '/costs'
  | '/energy';

interface PageTabsProps {
  label: string;
  pages: ReadonlyArray<{ to: PageOfTabs; words: string }>;
}

/** Pages that belong together, side by side. */
export function PageTabs({ label, pages }: PageTabsProps) {
  return (
    <nav
      aria-label={label}
      className="flex gap-1 overflow-x-auto border-b border-line [scrollbar-width:none]"
    >
      {pages.map(({ to, words }) => (
        <Link key={to} to={to} activeOptions={{ exact: true, includeSearch: false }} className={TAB}>
          {words}
        </Link>
      ))}
    </nav>
  );
}

export const MESSAGE_PAGES = [
  { to: '/messages', words: 'Conversations' },
  { to: '/messages/topics', words: 'Topics' },
] as const;

export const TEAM_PAGES = [
  { to: '/teams', words: 'Teams' },
  { to: '/teams/votes', words: 'Votes' },
] as const;

export const WORKFLOW_PAGES = [
  { to: '/workflows', words: 'Workflows' },
  { to: '/approvals', words: 'Approvals' },
] as const;

export const MODEL_PAGES = [
  { to: '/models', words: 'Models' },
  { to: '/costs', words: 'Costs' },
  { to: '/energy', words: 'Energy' },
] as const;
