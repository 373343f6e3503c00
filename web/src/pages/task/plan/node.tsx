import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { createContext, type KeyboardEvent, memo, useContext } from 'react';
import type { TaskStatus } from '../../../api/models.ts';
import { StatusMark } from '../../../parts/status-mark.tsx';
import type { Step } from '../steps.ts';
import { type Direction, NODE } from './layout.ts';
import { Took } from './took.tsx';

export type StepNode = Node<{ step: Step; direction: Direction }, 'step'>;

/** What all steps of the picture have in common; apart from the nodes, so that a key press redraws two of them. */
export interface Picture {
  /** The step that Tab leads to; arrow keys go on from it. */
  focused: string | undefined;
  onOpen(name: string): void;
  onKey(name: string, event: KeyboardEvent): void;
  onFocus(name: string): void;
}
export const PictureContext = createContext<Picture | undefined>(undefined);

/** A breath of colour, so that a plan too large to be read still shows how far it is. */
const tint = (status: TaskStatus): string =>
  status === 'pending' ? 'var(--card)' : `color-mix(in srgb, var(--${status}) 9%, var(--card))`;

const BORDERS: Partial<Record<TaskStatus, string>> = {
  running: 'border-running ring-1 ring-running',
  failed: 'border-failed',
  paused: 'border-paused',
  waiting: 'border-waiting',
};

/** One step in the picture: a button that opens it. */
export const StepNodeView = memo(function StepNodeView({ data: { step, direction } }: NodeProps<StepNode>) {
  const picture = useContext(PictureContext);
  if (!picture) return null;
  const across = direction === 'LR';
  return (
    <>
      <Handle
        type="target"
        position={across ? Position.Left : Position.Top}
        isConnectable={false}
        className="opacity-0"
      />
      <button
        type="button"
        data-step={step.name}
        tabIndex={picture.focused === step.name ? 0 : -1}
        title={step.goal}
        onClick={() => picture.onOpen(step.name)}
        onKeyDown={(event) => picture.onKey(step.name, event)}
        onFocus={() => picture.onFocus(step.name)}
        style={{ ...NODE, background: tint(step.status) }}
        className={`pointer-events-auto flex flex-col justify-center gap-0.5 rounded-xl border px-2.5 text-left shadow-card hover:border-accent ${BORDERS[step.status] ?? 'border-line'} ${step.status === 'pending' ? 'opacity-75' : ''}`}
      >
        <span className="flex w-full items-center gap-1.5">
          <StatusMark status={step.status} />
          <span className="sr-only">{step.status}: </span>
          <span className="min-w-0 flex-1 truncate text-[13px] font-medium" dir="auto">
            {step.label}
          </span>
        </span>
        <span className="flex w-full items-center justify-between gap-2 pl-5.5 text-xs text-soft">
          <span className="min-w-0 truncate" dir="auto">
            {step.agentName ?? 'nobody yet'}
          </span>
          <span className="shrink-0 tabular-nums">
            <Took step={step} />
          </span>
        </span>
      </button>
      <Handle
        type="source"
        position={across ? Position.Right : Position.Bottom}
        isConnectable={false}
        className="opacity-0"
      />
    </>
  );
});
