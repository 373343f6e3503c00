import '@xyflow/react/dist/base.css';
import {
  BaseEdge,
  type Edge,
  type EdgeProps,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { Crown } from 'lucide-react';
import { memo, useEffect, useMemo } from 'react';
import type { Team } from '../../api/models.ts';
import { AgentDot } from '../../parts/agent/agent-state.tsx';
import type { AgentState } from '../../parts/agent/agent-words.ts';
import { handlesInMiddle } from '../../parts/graph/handles.ts';
import { STILL } from '../../parts/graph/still.ts';
import { linesOf, MEMBER, MOST_DRAWN, MOST_LINES, orderOf, placesOf } from './layout.ts';
import { hopKey, type Lit } from './lit.ts';

type MemberNode = Node<{ name: string; status: AgentState; leads: boolean; gets: boolean }, 'member'>;
type HopEdge = Edge<{ oneWay: boolean; lit: boolean; backwards: boolean }, 'hop'>;

const NODE_TYPES = { member: memo(MemberView) };
const EDGE_TYPES = { hop: memo(Hop) };
const FIT = { padding: 0.06, maxZoom: 1.1 };

/** The message graph of a team as it is now; a hop glows while something goes along it. */
export function TeamGraph({ team, lit }: { team: Team; lit: Lit }) {
  const order = orderOf(
    team.members.map(({ agentId }) => agentId),
    team.lead?.agentId,
  );
  const drawn = order.slice(0, MOST_DRAWN);
  const lines = linesOf(team.shape, drawn, team.fanOut);
  const isTooMuch = lines.length > MOST_LINES;
  return (
    <figure className="overflow-hidden rounded-2xl border border-line bg-paper shadow-card">
      <ReactFlowProvider>
        <div
          role="img"
          aria-label={`The graph of the team: a ${team.shape}${team.lead ? `, led by ${team.lead.name}` : ''}`}
          className="h-72 sm:h-[min(28rem,60vh)]"
        >
          <div aria-hidden="true" className="h-full">
            <Drawn team={team} order={drawn} lit={lit} leadOnly={isTooMuch} />
          </div>
        </div>
      </ReactFlowProvider>
      <figcaption className="border-t border-line bg-card px-4 py-2 text-xs text-soft">
        {team.edges === 1 ? '1 way' : `${team.edges} ways`} between {team.members.length} members. A line
        glows while a message goes along it; the table below says the same in words.
        {order.length > drawn.length && ` Only ${drawn.length} members are drawn.`}
        {isTooMuch && ' Only the lines of the lead are drawn.'}
      </figcaption>
    </figure>
  );
}

interface DrawnProps {
  team: Team;
  order: readonly string[];
  lit: Lit;
  leadOnly: boolean;
}

function Drawn({ team, order, lit, leadOnly }: DrawnProps) {
  const { shape, fanOut, lead, members } = team;
  const flow = useReactFlow();
  const gets = new Set([...lit.keys()].map((key) => key.split('\n')[1]));
  // The shape and who is there rarely change; what glows does all the time.
  const form = `${shape} ${fanOut} ${order.join(' ')}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `form` stands for them
  const places = useMemo(() => placesOf(shape, order, fanOut), [form]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `form` stands for them
  const lines = useMemo(() => linesOf(shape, order, fanOut), [form]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the picture is fitted again when its form changes
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView({ ...FIT, duration: 250 }));
    return () => cancelAnimationFrame(frame);
  }, [form, flow]);
  const nodes = places.flatMap(({ id, x, y }): MemberNode[] => {
    const member = members.find(({ agentId }) => agentId === id);
    if (!member) return [];
    const data = {
      name: member.name,
      status: member.status,
      leads: id === lead?.agentId,
      gets: gets.has(id),
    };
    return [{ id, type: 'member', position: { x, y }, ...MEMBER, handles: HANDLES, data }];
  });
  const edges = lines
    .filter(({ from, to }) => !leadOnly || from === lead?.agentId || to === lead?.agentId)
    .map(({ from, to, both }): HopEdge => {
      const forwards = lit.has(hopKey(from, to));
      const backwards = both && lit.has(hopKey(to, from));
      return {
        id: `${from}-${to}`,
        type: 'hop',
        source: from,
        target: to,
        data: { oneWay: !both, lit: forwards || backwards, backwards: backwards && !forwards },
      };
    });
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      fitView
      fitViewOptions={FIT}
      minZoom={0.1}
      maxZoom={1.5}
      {...STILL}
      zoomOnPinch={false}
      panOnDrag={false}
    />
  );
}

const HANDLES = handlesInMiddle(MEMBER);
const CENTRE = { left: '50%', top: '50%', transform: 'translate(-50%, -50%)', opacity: 0 };

function MemberView({ data: { name, status, leads, gets } }: NodeProps<MemberNode>) {
  const border = gets ? 'border-running ring-2 ring-running' : leads ? 'border-accent' : 'border-line';
  return (
    <div
      style={MEMBER}
      className={`flex items-center gap-2 rounded-xl border bg-card px-3 shadow-card transition-shadow ${border}`}
    >
      <Handle type="target" position={Position.Top} isConnectable={false} style={CENTRE} />
      {leads ? <Crown className="size-4 shrink-0 text-accent" /> : <AgentDot state={status} />}
      <span className="min-w-0 flex-1 truncate text-[13px] font-medium" dir="auto" title={name}>
        {name}
      </span>
      <Handle type="source" position={Position.Top} isConnectable={false} style={CENTRE} />
    </div>
  );
}

/** A straight line between the middles; where it goes one way only, an arrow stands on it. */
function Hop({ sourceX, sourceY, targetX, targetY, data }: EdgeProps<HopEdge>) {
  const lit = data?.lit === true;
  const path =
    data?.backwards === true
      ? `M${targetX} ${targetY}L${sourceX} ${sourceY}`
      : `M${sourceX} ${sourceY}L${targetX} ${targetY}`;
  const stroke = lit ? 'var(--running)' : 'color-mix(in srgb, var(--soft) 40%, transparent)';
  const angle = (Math.atan2(targetY - sourceY, targetX - sourceX) * 180) / Math.PI;
  return (
    <>
      <BaseEdge
        path={path}
        className={lit ? 'flows' : ''}
        style={{ stroke, strokeWidth: lit ? 2.5 : 1.25 }}
      />
      {data?.oneWay === true && (
        <path
          d="M-6 -5L6 0L-6 5Z"
          transform={`translate(${(sourceX + targetX) / 2} ${(sourceY + targetY) / 2}) rotate(${angle})`}
          fill={lit ? 'var(--running)' : 'var(--soft)'}
        />
      )}
    </>
  );
}
