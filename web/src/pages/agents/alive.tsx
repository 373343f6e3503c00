import type { Agent } from '../../api/models.ts';
import { Ago } from '../../parts/time.tsx';
import { stateOf } from './agent-words.ts';

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
  const isWatched = state === 'idle' || state === 'busy' || state === 'degraded';
  const seen = `last heartbeat seen at ${new Date(lastHeartbeatAt).toLocaleTimeString()}`;
  return (
    <span className="shrink-0" title={seen}>
      {isWatched ? 'alive' : seen}
    </span>
  );
}
