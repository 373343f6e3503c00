import type { Agent } from '../../api/models.ts';
import { stateOf, toneOf } from '../../parts/agent/agent-words.ts';
import { Ago } from '../../parts/time.tsx';

/**
 * Whether the heartbeat is there. The server tells the moment it is lost, so an agent that is not offline is alive
 * now; how old its last heartbeat was when this page asked would only seem to be news.
 */
export function Alive({ agent }: { agent: Agent }) {
  const { lastHeartbeatAt } = agent;
  const state = stateOf(agent);
  if (state === 'archived') return null;
  if (lastHeartbeatAt === null) return <span className="shrink-0">no heartbeat yet</span>;
  if (state === 'offline')
    return (
      <span className="shrink-0">
        last heartbeat <Ago at={lastHeartbeatAt} />
      </span>
    );
  // A heartbeat is only watched while work may come.
  if (toneOf(state) === 'held' || toneOf(state) === 'broken') return null;
  return (
    <span
      className="shrink-0"
      title={`When this page asked last, the last heartbeat was of ${new Date(lastHeartbeatAt).toLocaleTimeString()}`}
    >
      alive
    </span>
  );
}
