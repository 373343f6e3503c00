import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { createContext, type KeyboardEvent, memo, type ReactNode, useContext } from 'react';
import { StatusMark } from '../status-mark.tsx';
import { KIND_WORDS, kindOf, saysOf } from './flow.ts';
import { KindIcon } from './kind-icon.tsx';
import type { Box, Direction } from './picture.ts';
import { lookOf, type PlaceState } from './states.ts';

export type BoxNode = Node<{ box: Box; state: PlaceState | undefined; direction: Direction }, 'box'>;

/** What all boxes have in common; undefined where the picture is only looked at. */
export interface Hands {
  /** The box that Tab leads to; arrow keys go on from it. */
  focused: string | undefined;
  onOpen(place: string): void;
  onKey(place: string, event: KeyboardEvent): void;
  onFocus(place: string): void;
}
export const HandsContext = createContext<Hands | undefined>(undefined);

const BORDERS: Partial<Record<PlaceState['status'], string>> = {
  running: 'border-running ring-1 ring-running',
  failed: 'border-failed',
  waiting: 'border-waiting',
  skipped: 'border-dashed border-soft',
  pending: 'border-dashed border-line',
};

function tint(state: PlaceState | undefined, holds: boolean): string {
  if (!state || state.status === 'pending' || state.status === 'skipped')
    return holds ? 'var(--paper)' : 'var(--card)';
  return `color-mix(in srgb, var(--${lookOf(state.status)}) ${holds ? 5 : 9}%, var(--card))`;
}

/** One box: a step, a step with others inside, or a branch of one. */
export const BoxView = memo(function BoxView({ data: { box, state, direction } }: NodeProps<BoxNode>) {
  const across = direction === 'LR';
  const { width, height } = box;
  if (box.kind === 'block')
    return (
      <div style={{ width, height }} className="rounded-lg border border-dashed border-line px-2.5 pt-1">
        <p className="truncate text-xs text-soft" dir="auto" title={box.title}>
          {box.title}
        </p>
      </div>
    );
  const holds = box.kind === 'holder';
  return (
    <>
      <Handle
        type="target"
        position={across ? Position.Left : Position.Top}
        isConnectable={false}
        className="opacity-0"
      />
      <div
        style={{ width, height, background: tint(state, holds) }}
        className={`rounded-xl border ${holds ? '' : 'shadow-card'} ${state ? (BORDERS[state.status] ?? 'border-line') : 'border-line'}`}
      >
        <Head box={box}>
          <span className="flex w-full items-center gap-1.5">
            {state ? <StatusMark status={state.status} /> : <KindIcon step={box.step} />}
            {state && <span className="sr-only">{state.words}: </span>}
            <span className="min-w-0 flex-1 truncate text-[13px] font-medium" dir="auto">
              {box.step.name}
            </span>
            {state && <KindIcon step={box.step} />}
          </span>
          <span className="w-full truncate pl-5.5 text-xs text-soft" dir="auto">
            {lineOf(box, state)}
          </span>
        </Head>
      </div>
      <Handle
        type="source"
        position={across ? Position.Right : Position.Bottom}
        isConnectable={false}
        className="opacity-0"
      />
    </>
  );
});

/** Below the name: how it stands once it has begun, what it does before. */
function lineOf({ step, kind }: Box, state: PlaceState | undefined): string {
  if (state && state.status !== 'pending' && (kind === 'holder' || state.nodes.length > 1))
    return state.words;
  return saysOf(step) || KIND_WORDS[kindOf(step)];
}

const HEAD = 'flex w-full flex-col justify-center gap-0.5 rounded-xl px-2.5 text-left';

/** The words of a box: a button where one can open it. Steps inside it stand below. */
function Head({ box, children }: { box: Box; children: ReactNode }) {
  const hands = useContext(HandsContext);
  const height = box.kind === 'holder' ? 48 : box.height - 2;
  if (!hands)
    return (
      <div style={{ height }} className={HEAD}>
        {children}
      </div>
    );
  return (
    <button
      type="button"
      data-place={box.name}
      tabIndex={hands.focused === box.name ? 0 : -1}
      title={saysOf(box.step)}
      onClick={() => hands.onOpen(box.name)}
      onKeyDown={(event) => hands.onKey(box.name, event)}
      onFocus={() => hands.onFocus(box.name)}
      style={{ height }}
      className={`${HEAD} pointer-events-auto hover:text-accent`}
    >
      {children}
    </button>
  );
}
