import { useRouterState } from '@tanstack/react-router';
import { useEffect, useSyncExternalStore } from 'react';

/** Titles that pages gave, the last on top. */
let given: ReadonlyArray<{ text: string }> = [];
const listeners = new Set<() => void>();

function change(next: typeof given): void {
  given = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const LONGEST = 60;

/** The words of a title in the tab of the browser; `works` puts a dot before it. */
export function titleOf(text: string | undefined, works: boolean): string {
  const oneLine = text?.replace(/\s+/g, ' ').trim() ?? '';
  const short = oneLine.length > LONGEST ? `${oneLine.slice(0, LONGEST).trimEnd()} …` : oneLine;
  return `${works ? '● ' : ''}${short ? `${short} · ` : ''}Cadre`;
}

/** Names the page in the tab of the browser: "Brief me … · Cadre", with a dot in front while it `works`. */
export function useTitle(text: string | undefined, works = false): void {
  useEffect(() => {
    if (text === undefined) return;
    const entry = { text: titleOf(text, works) };
    change([...given, entry]);
    return () => change(given.filter((each) => each !== entry));
  }, [text, works]);
}

const BY_ADDRESS: Record<string, string> = {
  '/tasks': 'Tasks',
  '/workflows': 'Workflows',
  '/approvals': 'Approvals',
  '/agents': 'Agents',
  '/messages': 'Messages',
  '/teams': 'Teams',
  '/models': 'Models',
  '/costs': 'Costs',
  '/energy': 'Energy',
};

/** Writes the title: what the page says, else the name of its address. */
export function Title() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const own = useSyncExternalStore(subscribe, () => given.at(-1)?.text);
  useEffect(() => {
    document.title = own ?? titleOf(BY_ADDRESS[path], false);
  }, [own, path]);
  return null;
}
