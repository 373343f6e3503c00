import type { ReactNode } from 'react';
import type { Task } from '../../../api/models.ts';
import type { Verification } from '../../../api/result.ts';
import { Actions } from './actions.tsx';
import { type Entry, FoldedContents, SideContents } from './contents.tsx';
import { CheckedBadge } from './how-made.tsx';

interface PaperProps {
  task: Task;
  title: string;
  /** What was read, in a few words. */
  scope: string;
  verification: Verification | undefined;
  entries: readonly Entry[];
  children: ReactNode;
}

/** The sheet on which a brief or a report stands, with its contents and the ways to keep it. */
export function Paper({ task, title, scope, verification, entries, children }: PaperProps) {
  return (
    <div className="flex gap-8">
      <article
        aria-label="Result"
        className="sheet min-w-0 flex-1 rounded-2xl border border-line bg-card px-5 py-6 shadow-card md:px-10 md:py-9"
      >
        <h2
          dir="auto"
          className="text-xl leading-tight md:text-2xl font-semibold line-clamp-5 text-balance break-words"
        >
          {title || 'Result'}
        </h2>
        <p className="mt-2 mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-soft">
          {scope && <span>{scope}</span>}
          <CheckedBadge verification={verification} />
        </p>
        <Actions taskId={task.id} title={title || task.goal} />
        <FoldedContents entries={entries} />
        {children}
      </article>
      <SideContents entries={entries} />
    </div>
  );
}
