import { handlesAlong } from '../graph/handles.ts';
import '@xyflow/react/dist/base.css';
import { type Edge, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from '@xyflow/react';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { isArrow, neighbour } from '../graph/neighbour.ts';
import { STILL } from '../graph/still.ts';
import { Zoom } from '../graph/zoom.tsx';
import { type BoxNode, BoxView, type Hands, HandsContext } from './box-view.tsx';
import type { Flow } from './flow.ts';
import { bestPicture, type Picture, scaleIn } from './picture.ts';
import type { PlaceState } from './states.ts';

interface WorkflowGraphProps {
  flow: Flow;
  /** How each step stands in a task, by its place. */
  states?: ReadonlyMap<string, PlaceState> | undefined;
  /** Opens a step; without it the picture is only looked at. */
  onOpen?: ((place: string) => void) | undefined;
}

const NODE_TYPES = { box: BoxView };
const FIT = { padding: 0.03, maxZoom: 1 };
/** A space narrower than this is a phone's: the page scrolls over a higher picture. In pixels. */
const NARROW = 640;
const HIGHEST = { narrow: 1_100, wide: 1_300 };

/** The steps of a workflow as a picture: what comes after what, and what stands inside what. */
export function WorkflowGraph(props: WorkflowGraphProps) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState<number>();
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    // Turning a phone may ask for another direction; smaller changes do not.
    const wide = matchMedia('(min-width: 700px)');
    wide.addEventListener('change', measure);
    return () => wide.removeEventListener('change', measure);
  }, []);
  const isNarrow = width !== undefined && width < NARROW;
  const highest = isNarrow ? HIGHEST.narrow : HIGHEST.wide;
  const picture = useMemo(
    () => (width === undefined ? undefined : bestPicture(props.flow, width, highest)),
    [props.flow, width, highest],
  );
  const height =
    picture && width !== undefined
      ? Math.min(highest, Math.max(140, picture.height * scaleIn(picture, width, Infinity) + 48))
      : 320;
  return (
    <div className="overflow-hidden rounded-2xl border border-line bg-paper shadow-card">
      <ReactFlowProvider>
        <Whole isOnlySeen={!props.onOpen}>
          <div ref={box} style={{ height }}>
            {picture && <Drawn key={picture.direction} {...props} picture={picture} isNarrow={isNarrow} />}
          </div>
        </Whole>
        <Zoom
          what="workflow"
          hint={`Drag to move, Ctrl and the wheel to zoom.${props.onOpen ? ' A step opens with a click.' : ''}`}
          fit={FIT}
        />
      </ReactFlowProvider>
    </div>
  );
}

/** What can only be looked at is one picture to a screen reader: its steps stand in the list below. */
function Whole({ isOnlySeen, children }: { isOnlySeen: boolean; children: ReactNode }) {
  if (!isOnlySeen) return children;
  return (
    <div role="img" aria-label="The steps as a picture; the list of steps says the same in words.">
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

function Drawn({
  states,
  onOpen,
  picture,
  isNarrow,
}: WorkflowGraphProps & { picture: Picture; isNarrow: boolean }) {
  const hands = useHands(picture, onOpen);
  const flow = useReactFlow();
  const isClose = useStore(
    ({ width, height, transform }) => transform[2] > 1.05 * scaleIn(picture, width, height),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is fitted again when another picture is drawn
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView(FIT));
    return () => cancelAnimationFrame(frame);
  }, [picture, flow]);
  const nodes = useMemo(
    () =>
      picture.boxes.map((box): BoxNode => {
        const { name, x, y, width, height, depth } = box;
        const data = { box, state: states?.get(name), direction: picture.direction };
        const handles = handlesAlong({ width, height }, picture.direction);
        return { id: name, type: 'box', position: { x, y }, width, height, handles, zIndex: 2 * depth, data };
      }),
    [picture, states],
  );
  const edges = useMemo(
    () =>
      picture.lines.map(({ from, to, depth }): Edge => {
        const flows = states?.get(to)?.status === 'running';
        return {
          id: `${from} ${to}`,
          source: from,
          target: to,
          zIndex: 2 * depth + 1,
          className: flows ? 'flows' : '',
          style: {
            stroke: flows ? 'var(--running)' : 'color-mix(in srgb, var(--soft) 50%, transparent)',
            strokeWidth: flows ? 1.75 : 1.25,
          },
        };
      }),
    [picture, states],
  );
  return (
    <HandsContext value={hands}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        fitView
        fitViewOptions={FIT}
        minZoom={0.03}
        maxZoom={1.5}
        {...STILL}
        // On a phone a finger scrolls the page, until one has come closer.
        panOnDrag={!isNarrow || isClose}
        {...(hands && {
          role: 'group',
          'aria-label':
            'The steps as a picture. Arrow keys go from step to step, Enter opens one; the same steps stand in the list below.',
        })}
      />
    </HandsContext>
  );
}

/** How the keyboard walks over the picture. */
function useHands(picture: Picture, onOpen: ((place: string) => void) | undefined): Hands | undefined {
  const flow = useReactFlow();
  const steps = useMemo(() => picture.boxes.filter(({ kind }) => kind !== 'block'), [picture]);
  const [focused, setFocused] = useState(steps[0]?.name);
  return useMemo(() => {
    if (!onOpen) return undefined;
    const known = steps.some(({ name }) => name === focused) ? focused : steps[0]?.name;
    return {
      focused: known,
      onOpen,
      onFocus: setFocused,
      onKey(place: string, event: KeyboardEvent) {
        if (!isArrow(event.key)) return;
        event.preventDefault();
        const next = neighbour(steps, place, event.key);
        const box = steps.find(({ name }) => name === next);
        if (!next || !box) return;
        setFocused(next);
        const buttons = event.currentTarget
          .closest('.react-flow')
          ?.querySelectorAll<HTMLElement>('[data-place]');
        for (const button of buttons ?? []) {
          if (button.dataset.place !== next) continue;
          button.focus({ preventScroll: true });
          const [seen, at] = [button.closest('.react-flow'), button.getBoundingClientRect()];
          const view = seen?.getBoundingClientRect();
          const isSeen =
            view &&
            at.left >= view.left &&
            at.right <= view.right &&
            at.top >= view.top &&
            at.bottom <= view.bottom;
          if (!isSeen)
            void flow.setCenter(box.x + Math.min(box.width, 400) / 2, box.y + 40, { zoom: flow.getZoom() });
        }
      },
    };
  }, [steps, focused, onOpen, flow]);
}
