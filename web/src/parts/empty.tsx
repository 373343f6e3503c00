import type { ReactNode } from 'react';

/** What stands where nothing is yet: what would be here, and how to get it. */
export function Empty({ title, children, icon }: { title: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-2xl border border-dashed border-line px-6 py-12 text-center">
      {icon && (
        <span aria-hidden="true" className="mb-1 text-soft">
          {icon}
        </span>
      )}
      <p className="text-lg font-medium">{title}</p>
      {children && <div className="max-w-prose text-soft">{children}</div>}
    </div>
  );
}
