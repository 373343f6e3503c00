import { useNavigate } from '@tanstack/react-router';
import {
  BookOpen,
  Coins,
  Cpu,
  House,
  Keyboard,
  Leaf,
  ListTodo,
  LogOut,
  MessagesSquare,
  Network,
  PenLine,
  Plug,
  Radio,
  UserCheck,
  Users,
  Vote,
  Workflow,
} from 'lucide-react';
import { useMay } from '../api/roles.ts';
import { focusWhenThere } from './arrive.ts';
import { useSignOut } from './session.ts';
import type { Doing } from './task-doings.tsx';
import { THEMES, useTheme } from './theme.tsx';
import { useShellWindow } from './windows.tsx';
import { THEME_LOOKS } from './you-menu.tsx';

const ICON = 'size-4';

/** What the palette offers on every page. */
export function useDoings(): { goTo: Doing[]; toDo: Doing[] } {
  const navigate = useNavigate();
  const { theme, setTheme } = useTheme();
  const show = useShellWindow();
  const signOut = useSignOut();
  const maySubmit = useMay('operator');
  const mayConnect = useMay('admin');
  const goTo: Doing[] = [
    {
      label: 'Home',
      icon: <House className={ICON} />,
      shortcut: 'g h',
      run: () => void navigate({ to: '/' }),
    },
    {
      label: 'Tasks',
      icon: <ListTodo className={ICON} />,
      shortcut: 'g t',
      run: () => void navigate({ to: '/tasks' }),
    },
    {
      label: 'Workflows',
      also: 'yaml steps versions',
      icon: <Workflow className={ICON} />,
      shortcut: 'g w',
      run: () => void navigate({ to: '/workflows' }),
    },
    {
      label: 'Approvals',
      also: 'decide approve reject workflows',
      icon: <UserCheck className={ICON} />,
      shortcut: 'g r',
      run: () => void navigate({ to: '/approvals' }),
    },
    {
      label: 'Agents',
      also: 'team',
      icon: <Users className={ICON} />,
      shortcut: 'g a',
      run: () => void navigate({ to: '/agents' }),
    },
    {
      label: 'Messages',
      also: 'conversations mail talk',
      icon: <MessagesSquare className={ICON} />,
      shortcut: 'g m',
      run: () => void navigate({ to: '/messages' }),
    },
    {
      label: 'Topics',
      also: 'publish subscribe messages',
      icon: <Radio className={ICON} />,
      shortcut: 'g p',
      run: () => void navigate({ to: '/messages/topics' }),
    },
    {
      label: 'Teams',
      also: 'topology lead groups',
      icon: <Network className={ICON} />,
      shortcut: 'g e',
      run: () => void navigate({ to: '/teams' }),
    },
    {
      label: 'Votes',
      also: 'decide ballots teams',
      icon: <Vote className={ICON} />,
      shortcut: 'g v',
      run: () => void navigate({ to: '/teams/votes' }),
    },
    {
      label: 'Models',
      also: 'providers language model llm price openai anthropic ollama key',
      icon: <Cpu className={ICON} />,
      shortcut: 'g l',
      run: () => void navigate({ to: '/models' }),
    },
    {
      label: 'Costs',
      also: 'money spent budgets tokens usage export',
      icon: <Coins className={ICON} />,
      shortcut: 'g c',
      run: () => void navigate({ to: '/costs' }),
    },
    {
      label: 'Energy',
      also: 'joules carbon co2 coordination ledger',
      icon: <Leaf className={ICON} />,
      shortcut: 'g j',
      run: () => void navigate({ to: '/energy' }),
    },
  ];
  const newGoal: Doing = {
    label: 'Write a goal',
    also: 'new task ask the team submit',
    icon: <PenLine className={ICON} />,
    shortcut: 'n',
    run() {
      void navigate({ to: '/' });
      focusWhenThere('#goal');
    },
  };
  const askForVote: Doing = {
    label: 'Ask for a vote …',
    also: 'decide team ballot question',
    icon: <Vote className={ICON} />,
    run: () => void navigate({ to: '/teams/votes', search: { ask: true } }),
  };
  const writeWorkflow: Doing = {
    label: 'Write a workflow …',
    also: 'new yaml steps',
    icon: <Workflow className={ICON} />,
    run: () => void navigate({ to: '/workflows/new' }),
  };
  const connectProvider: Doing = {
    label: 'Connect a provider of models …',
    also: 'language model key llm',
    icon: <Plug className={ICON} />,
    run: () => void navigate({ to: '/models', search: { connect: true } }),
  };
  const toDo: Doing[] = [
    ...(maySubmit ? [newGoal, askForVote, writeWorkflow] : []),
    ...(mayConnect ? [connectProvider] : []),
    ...THEMES.filter((each) => each !== theme).map((each) => {
      const { label, Icon } = THEME_LOOKS[each];
      return { label, icon: <Icon className={ICON} />, run: () => setTheme(each) };
    }),
    {
      label: 'Keyboard shortcuts',
      also: 'help keys',
      icon: <Keyboard className={ICON} />,
      shortcut: '?',
      run: () => show('shortcuts'),
    },
    {
      label: 'API documentation',
      also: 'help docs',
      icon: <BookOpen className={ICON} />,
      run: () => location.assign('/docs'),
    },
    { label: 'Sign out', also: 'log out', icon: <LogOut className={ICON} />, run: () => void signOut() },
  ];
  return { goTo, toDo };
}
