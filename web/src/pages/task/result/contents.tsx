import { ChevronRight } from 'lucide-react';
import { type MouseEvent, useEffect, useState } from 'react';

/** A part of the page that the contents lead to. */
export interface Entry {
  id: string;
  title: string;
  count?: number;
}

/** The contents at the side, where there is room; they stay in sight, and show where one is. */
export function SideContents({ entries }: { entries: readonly Entry[] }) {
  const current = useCurrent(entries);
  if (entries.length < 2) return null;
  return (
    <nav
      aria-label="Contents"
      className="sticky top-6 hidden w-48 shrink-0 self-start text-sm lg:block print:hidden"
    >
      <p className="mb-2 px-3 text-xs font-medium text-soft">In this result</p>
      <Links entries={entries} current={current} />
    </nav>
  );
}

/** The contents above the text, folded, where there is no room beside it. */
export function FoldedContents({ entries }: { entries: readonly Entry[] }) {
  if (entries.length < 2) return null;
  return (
    <nav aria-label="Contents" className="mt-5 lg:hidden print:hidden">
      <details className="group rounded-xl border border-line text-sm">
        <summary className="flex cursor-pointer list-none items-center gap-1.5 px-3 py-2.5 font-medium [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden="true" className="size-4 transition group-open:rotate-90" />
          Contents
        </summary>
        <div className="px-1 pb-2">
          <Links entries={entries} current={undefined} />
        </div>
      </details>
    </nav>
  );
}

function Links({ entries, current }: { entries: readonly Entry[]; current: string | undefined }) {
  return (
    <ul className="space-y-0.5">
      {entries.map(({ id, title, count }) => (
        <li key={id}>
          <a
            href={`#${id}`}
            onClick={goTo}
            {...(id === current && { 'aria-current': 'location' as const })}
            className="flex items-baseline gap-2 rounded-lg px-3 py-1.5 text-soft transition hover:bg-sunken hover:text-ink aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent"
          >
            <span className="min-w-0 flex-1">{title}</span>
            {count !== undefined && count > 1 && <span className="text-xs tabular-nums">{count}</span>}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Goes to a heading without a new address: the address says which task and which part of its page. */
function goTo(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const heading = document.getElementById(event.currentTarget.hash.slice(1));
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  heading?.scrollIntoView({ behavior: still ? 'auto' : 'smooth', block: 'start' });
  heading?.focus({ preventScroll: true });
}

/** The part in which the reader is: the last whose heading has passed the upper third of the window. */
function useCurrent(entries: readonly Entry[]): string | undefined {
  const [current, setCurrent] = useState<string>();
  const ids = entries.map(({ id }) => id).join(' ');
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const passed = ids.split(' ').filter((id) => {
        const top = document.getElementById(id)?.getBoundingClientRect().top;
        return top !== undefined && top < innerHeight / 3;
      });
      setCurrent(passed.at(-1));
    };
    const soon = () => {
      frame ||= requestAnimationFrame(look);
    };
    soon();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [ids]);
  return current;
}
