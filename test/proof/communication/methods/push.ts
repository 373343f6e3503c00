import { strict as assert } from 'node:assert';
import { httpClient } from '../../../../src/edge/cli/http-client.ts';
import type { Message } from '../../../../src/messages/message.ts';
import { operations } from '../../../../src/operations.ts';
import type { EventRecord } from '../../../../src/platform/events/events.ts';
import { call, refusal, soon } from '../ask.ts';
import type { Method } from '../method.ts';
import type { World } from '../world.ts';

/** What a live WebSocket says (docs/api.md). */
type Frame =
  | { type: 'status'; agents: Array<{ id: string }> }
  | { type: 'event'; id: string; event: string; data: EventRecord };

export const push: Method = {
  id: '5',
  name: 'pushed live',
  semantics:
    'Who is connected is told how all agents stand, and then what happens as it happens, without asking again.',
  operations: ['WebSocket /api/v1/live', 'events.follow'],
  effect:
    'a WebSocket told the status of every agent first; it and a stream of server-sent events both bring the fact of ' +
    'the message that the round sent',
  broken: { how: 'the event log pushes nothing (`CADRE_FAULTS=no-push`)', faults: ['no-push'] },
  async prepare(world) {
    const stream = followStream(world);
    const socket = followSocket(world);
    const tell = (message: string) =>
      call<Message>(world, 'messages.send', { to: 'Told', type: 'status_update', payload: { message } });
    let isOpen = false;
    /** Streams begin with what happens once they are open: earlier facts they need not tell. */
    const open = async () => {
      await soon(async () => {
        const { id } = await tell('Are you there?');
        await new Promise((resolve) => setTimeout(resolve, 20));
        return stream.heard.has(id) && socket.heard.has(id);
      }, 'a first event on the stream and on the WebSocket');
      isOpen = true;
    };
    await open().catch(() => undefined); // the first round says so
    return {
      async once(round) {
        assert.ok(isOpen, 'it never happened: a first event on the stream and on the WebSocket');
        const { id } = await tell(`round ${round}`);
        const both = await soon(async () => {
          const [streamed, framed] = [stream.heard.get(id), socket.heard.get(id)];
          return streamed && framed && { streamed, framed };
        }, 'the event on the stream and on the WebSocket');
        return async () => {
          assert.equal(both.streamed.type, 'message.sent');
          assert.deepEqual(both.framed, both.streamed, 'both say the same');
          const known = new Set(socket.status().map((agent) => agent.id));
          for (const [name, agentId] of Object.entries(world.ids))
            assert.ok(known.has(agentId), `the status told of ${name}`);
          return { evidence: [{ type: 'message.sent', about: id }] };
        };
      },
      twins: [
        {
          says: 'who has no valid key gets no stream',
          async refuses() {
            const stranger = httpClient(world.url, 'cadre_not_a_key', operations);
            const stop = new AbortController();
            const first = stranger.follow('events.follow', {}, stop.signal)[Symbol.asyncIterator]().next();
            return refusal(first).finally(() => stranger.close());
          },
        },
        {
          says: 'who has no valid key gets no WebSocket',
          async refuses() {
            const stranger = followSocket({ ...world, key: 'cadre_not_a_key' });
            const outcome = await stranger.outcome();
            stranger.end();
            assert.equal(outcome, 'refused');
            return outcome;
          },
        },
      ],
      async end() {
        socket.end();
        await stream.end();
      },
    };
  },
};

/** Messages that a stream of server-sent events told of. */
function followStream(world: World) {
  const client = httpClient(world.url, world.key, operations);
  const stop = new AbortController();
  const heard = new Map<string, EventRecord>();
  const listening = (async () => {
    for await (const { data } of client.follow('events.follow', {}, stop.signal)) {
      const event = data as EventRecord; // as the operation documents
      if (event.type === 'message.sent') heard.set(String(event.data.messageId), event);
    }
  })();
  listening.catch(() => undefined); // a broken stream is silence, which the rounds notice
  return {
    heard,
    async end() {
      stop.abort();
      await listening.catch(() => undefined);
      await client.close();
    },
  };
}

/** The same by WebSocket, with the status that came first. */
function followSocket({ url, key }: Pick<World, 'url' | 'key'>) {
  const heard = new Map<string, EventRecord>();
  const frames: Frame[] = [];
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/live`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const outcome = new Promise<'open' | 'refused'>((resolve) => {
    socket.addEventListener('open', () => resolve('open'));
    socket.addEventListener('close', () => resolve('refused'));
  });
  socket.addEventListener('message', ({ data }) => {
    const frame: Frame = JSON.parse(String(data));
    if (frames.length === 0) frames.push(frame);
    if (frame.type === 'event' && frame.event === 'message.sent')
      heard.set(String(frame.data.data.messageId), frame.data);
  });
  return {
    heard,
    /** Of all agents, as the first frame told it; empty where something else came first. */
    status: () => (frames[0]?.type === 'status' ? frames[0].agents : []),
    outcome: () => outcome,
    end: () => socket.close(),
  };
}
