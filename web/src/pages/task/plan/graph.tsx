import { handlesAlong } from '../../../parts/graph/handles.ts';
import '@xyflow/react/dist/base.css';
import { type Edge, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from '@xyflow/react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { isArrow, neighbour } from '../../../parts/graph/neighbour.ts';
import { STILL } from '../../../parts/graph/still.ts';
import { Zoom } from '../../../parts/graph/zoom.tsx';
import type { Step } from '../steps.ts';
import { bestLayout, NARROW } from './best-layout.ts';
import { type Layout, NODE, scaleIn } from './layout.ts';
import { type Picture, PictureContext, type StepNode, StepNodeView } from './node.tsx';

interface GraphProps {
  steps: readonly Step[];
  onOpen(name: string): void;
}

const NODE_TYPES = { step: StepNodeView };
const FIT = { padding: 0.04, maxZoom: 1 };
/** On a phone the picture may be higher than the page, which then scrolls over it. In pixels. */
const NARROW_HEIGHT = 1_100;
/** Steps from which a small map helps to find one's way. */
const MAP_FROM = 40;

/** The plan as a picture: who does what after what, and how each step stands. */
export function Graph(props: GraphProps) {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<{ width: number; height: number }>();
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      const width = element.clientWidth;
      setSize({ width, height: width < NARROW ? NARROW_HEIGHT : window.innerHeight * 0.7 });
    };
    measure();
    // Turning a phone may ask for another layout; smaller changes do not.
    const wide = matchMedia('(min-width: 700px)');
    wide.addEventListener('change', measure);
    return () => wide.removeEventListener('change', measure);
  }, []);
  // The plan of a task does not change; what its steps do changes the nodes only.
  const shape = props.steps.map(({ name, dependsOn }) => `${name}<${dependsOn.join(',')}`).join(';');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the steps
  const layout = useMemo(
    () => (size ? bestLayout(props.steps, size.width, size.height) : undefined),
    [shape, size],
  );
  const height =
    layout && size
      ? Math.min(size.height, Math.max(150, layout.height * scaleIn(layout, size.width, Infinity) + 48))
      : 320;
  return (
    <div className="overflow-hidden rounded-2xl border border-line bg-paper shadow-card">
      <ReactFlowProvider>
        <div ref={box} style={{ height }}>
          {layout && size && <Drawn {...props} layout={layout} isNarrow={size.width < NARROW} />}
        </div>
        <Zoom
          what="plan"
          hint="Drag to move, Ctrl and the wheel to zoom. A step opens with a click."
          fit={FIT}
        />
      </ReactFlowProvider>
    </div>
  );
}

function Drawn({ steps, onOpen, layout, isNarrow }: GraphProps & { layout: Layout; isNarrow: boolean }) {
  const [focused, setFocused] = useState(layout.nodes[0]?.name);
  const flow = useReactFlow<StepNode>();
  const seen = useSeen();
  const isClose = useClose(layout, 1.05);
  const nodes = useNodes(steps, layout);
  const edges = useEdges(steps, layout);
  const picture = useMemo<Picture>(
    () => ({
      focused,
      onOpen,
      onFocus: setFocused,
      onKey(name, event: KeyboardEvent) {
        if (!isArrow(event.key)) return;
        event.preventDefault();
        const next = neighbour(layout.nodes, name, event.key);
        const place = layout.nodes.find((node) => node.name === next);
        if (!next || !place) return;
        setFocused(next);
        if (!seen(place.x, place.y))
          void flow.setCenter(place.x + NODE.width / 2, place.y + NODE.height / 2, { zoom: flow.getZoom() });
        // By place in the list: names may hold any character.
        const buttons = event.currentTarget
          .closest('.react-flow')
          ?.querySelectorAll<HTMLElement>('[data-step]');
        for (const button of buttons ?? [])
          if (button.dataset.step === next) button.focus({ preventScroll: true });
      },
    }),
    [focused, onOpen, layout, flow, seen],
  );
  return (
    <PictureContext value={picture}>
      <ReactFlow
        key={layout.direction}
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
        role="group"
        aria-label="The plan as a picture. Arrow keys go from step to step, Enter opens one; the same steps stand in the table below."
      >
        {steps.length >= MAP_FROM && <SmallMap layout={layout} />}
      </ReactFlow>
    </PictureContext>
  );
}

/** Nodes stay the same objects while their step does, so that one event redraws one node. */
function useNodes(steps: readonly Step[], layout: Layout): StepNode[] {
  const kept = useRef(new Map<string, StepNode>());
  return useMemo(() => {
    const byName = new Map(steps.map((step) => [step.name, step]));
    const before = kept.current;
    kept.current = new Map();
    return layout.nodes.flatMap(({ name, x, y }, index) => {
      const step = byName.get(name);
      if (!step) return [];
      const known = before.get(name);
      const same =
        known?.position.x === x && known.position.y === y && isSame(known.data.step, step)
          ? known
          : undefined;
      const node: StepNode = same ?? {
        id: `s${index}`,
        type: 'step',
        position: { x, y },
        width: NODE.width,
        height: NODE.height,
        handles: handlesAlong(NODE, layout.direction),
        data: { step, direction: layout.direction },
      };
      kept.current.set(name, node);
      return [node];
    });
  }, [steps, layout]);
}

const isSame = (a: Step, b: Step): boolean =>
  a.status === b.status &&
  a.agentName === b.agentName &&
  a.startedAt === b.startedAt &&
  a.completedAt === b.completedAt;

function useEdges(steps: readonly Step[], layout: Layout): Edge[] {
  const running = steps.map(({ name, status }) => (status === 'running' ? name : '')).join('\n');
  return useMemo(() => {
    const ids = new Map(layout.nodes.map(({ name }, index) => [name, `s${index}`]));
    const flows = new Set(running.split('\n'));
    return layout.edges.map(({ from, to, many }, index) => ({
      id: `e${index}`,
      source: ids.get(from) ?? '',
      target: ids.get(to) ?? '',
      className: flows.has(to) ? 'flows' : '',
      style: {
        stroke: flows.has(to)
          ? 'var(--running)'
          : `color-mix(in srgb, var(--soft) ${many ? 25 : 45}%, transparent)`,
        strokeWidth: flows.has(to) ? 1.75 : 1.25,
      },
    }));
  }, [layout, running]);
}

/** Whether a step lies inside what is shown. */
function useSeen(): (x: number, y: number) => boolean {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  return useMemo(
    () => (x, y) => {
      const view = flow.getViewport();
      const [left, top] = [x * view.zoom + view.x, y * view.zoom + view.y];
      const [right, bottom] = [left + NODE.width * view.zoom, top + NODE.height * view.zoom];
      return left >= 0 && top >= 0 && right <= width && bottom <= height;
    },
    [flow, width, height],
  );
}

/** Whether the picture is larger than the whole plan would be, by a factor. */
const useClose = (layout: Layout, factor: number): boolean =>
  useStore(({ width, height, transform }) => transform[2] > factor * scaleIn(layout, width, height));

/** Where one is in a large plan, while one is close to it. */
function SmallMap({ layout }: { layout: Layout }) {
  if (!useClose(layout, 1.3)) return null;
  return (
    <MiniMap<StepNode>
      pannable
      zoomable
      ariaLabel="Small map of the plan"
      className="hidden rounded-lg border border-line sm:block"
      bgColor="var(--card)"
      maskColor="color-mix(in srgb, var(--sunken) 70%, transparent)"
      nodeColor={({ data }) => `color-mix(in srgb, var(--${data.step.status}) 65%, var(--card))`}
    />
  );
}
