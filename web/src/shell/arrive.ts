import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/**
 * Takes the focus to the heading of a page that was opened, so that screen readers say where one is and Tab goes on
 * from there. A page that puts the focus into a field of its own keeps it there, and a change of filters moves nothing.
 */
export function useArrive(): void {
  const router = useRouter();
  useEffect(() => {
    let before: Element | null = null;
    const leaving = router.subscribe('onBeforeNavigate', () => {
      before = document.activeElement;
    });
    const arriving = router.subscribe('onRendered', ({ fromLocation, toLocation }) => {
      if (!fromLocation || fromLocation.pathname === toLocation.pathname) return;
      const content = document.getElementById('content');
      const now = document.activeElement;
      if (now !== before && content?.contains(now) && now !== content) return;
      const heading = content?.querySelector('h1');
      if (heading) heading.tabIndex = -1;
      (heading ?? content)?.focus({ preventScroll: true });
    });
    return () => {
      leaving();
      arriving();
    };
  }, [router]);
}

/** Longest wait for a part of a page that is on its way, in milliseconds. */
const COMES_WITHIN_MS = 5_000;

/** Focuses a field as soon as the page has it. */
export function focusWhenThere(selector: string): void {
  const focus = () => {
    const field = document.querySelector<HTMLElement>(selector);
    field?.focus();
    return field !== null;
  };
  if (focus()) return;
  const watch = new MutationObserver(() => focus() && watch.disconnect());
  watch.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => watch.disconnect(), COMES_WITHIN_MS);
}
