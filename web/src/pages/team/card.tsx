import type { ReactNode } from 'react';

/** A box beside the picture. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="rounded-2xl border border-line bg-card p-4 shadow-card">
      <h2 className="mb-2 font-semibold">{title}</h2>
      {children}
    </section>
  );
}
