import { type ReactNode, useId } from 'react';

interface CardProps {
  title: ReactNode;
  children: ReactNode;
  /** What the card is about, for somebody new. */
  about?: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
}

/** A part of a page with its heading. */
export function Card({ title, children, about, actions }: CardProps) {
  const heading = useId();
  return (
    <section
      aria-labelledby={heading}
      className="min-w-0 rounded-2xl border border-line bg-card p-5 shadow-card"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 id={heading} className="mr-auto text-lg font-semibold">
          {title}
        </h2>
        {actions}
      </div>
      {about && <p className="mt-1 max-w-prose text-sm text-soft">{about}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}
