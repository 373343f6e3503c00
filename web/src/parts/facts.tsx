import type { ReactNode } from 'react';

export type FactRows = Array<[name: string, value: ReactNode]>;

/** Names and values, one pair a line. */
export function Facts({ rows }: { rows: FactRows }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="min-w-0 break-words tabular-nums" dir="auto">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
