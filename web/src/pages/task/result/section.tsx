import type { ReactNode } from 'react';

interface SectionProps {
  id: string;
  title: string;
  /** Said beside the title, quietly. */
  count?: number;
  children: ReactNode;
}

/** A part of the result, with a heading that the contents lead to. */
export function Section({ id, title, count, children }: SectionProps) {
  return (
    <section aria-labelledby={id} className="mt-9 border-t border-line pt-7">
      <h3 id={id} tabIndex={-1} className="mb-4 scroll-mt-8 text-lg font-semibold outline-none">
        {title}
        {count !== undefined && count > 1 && (
          <span className="ms-2 text-sm font-normal text-soft tabular-nums">{count}</span>
        )}
      </h3>
      {children}
    </section>
  );
}
