import { useNavigate } from '@tanstack/react-router';
import { focusWhenThere } from './arrive.ts';
import { type KeyMap, useKeys } from './keys.tsx';
import { THEMES, useTheme } from './theme.tsx';
import { useShellWindow } from './windows.tsx';

/** What keys do on every page. */
export function useShellKeys(): void {
  const navigate = useNavigate();
  const show = useShellWindow();
  const { theme, setTheme } = useTheme();
  const newGoal = () => {
    void navigate({ to: '/' });
    focusWhenThere('#goal');
  };
  const search = () => {
    const field = document.querySelector<HTMLElement>('#content input[type="search"]');
    if (field) return field.focus();
    void navigate({ to: '/tasks' });
    focusWhenThere('#content input[type="search"]');
  };
  const nextTheme = () => setTheme(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system');
  const everywhere: KeyMap = {
    'mod+k': { does: 'Search or do something', run: () => show('palette') },
    n: { does: 'Write a goal', run: newGoal },
    '/': { does: 'Search the tasks', run: search },
    t: { does: 'Next theme: system, light, dark', run: nextTheme },
    '?': { does: 'Show these shortcuts', run: () => show('shortcuts') },
  };
  const goTo: KeyMap = {
    'g h': { does: 'Home', run: () => void navigate({ to: '/' }) },
    'g t': { does: 'Tasks', run: () => void navigate({ to: '/tasks' }) },
    'g w': { does: 'Workflows', run: () => void navigate({ to: '/workflows' }) },
    'g r': { does: 'Approvals', run: () => void navigate({ to: '/approvals' }) },
    'g a': { does: 'Agents', run: () => void navigate({ to: '/agents' }) },
    'g m': { does: 'Messages', run: () => void navigate({ to: '/messages' }) },
    'g p': { does: 'Topics', run: () => void navigate({ to: '/messages/topics' }) },
    'g e': { does: 'Teams', run: () => void navigate({ to: '/teams' }) },
    'g v': { does: 'Votes', run: () => void navigate({ to: '/teams/votes' }) },
    'g l': { does: 'Models', run: () => void navigate({ to: '/models' }) },
    'g c': { does: 'Costs', run: () => void navigate({ to: '/costs' }) },
    'g j': { does: 'Energy', run: () => void navigate({ to: '/energy' }) },
  };
  useKeys(everywhere, 'Everywhere');
  useKeys(goTo, 'Go to');
}
