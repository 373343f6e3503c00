import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Team } from '../../src/coordination/teams/team.ts';
import { edgesOf } from '../../src/coordination/teams/topology.ts';
import type { Message } from '../../src/messages/message.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

/**
 * Teams as people use them (S14, FEATURES TO-1, AG-8): the message graph is read from the table of messages, not from
 * what the team says of itself.
 */
onEveryStore('teams', (dialect) => {
  let home: TestHouse;
  const names: string[] = [];
  const ids = new Map<string, string>();

  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    for (let number = 1; number <= 41; number += 1) {
      const name = `Member ${number}`;
      const made = await home.call<{ id: string }>('agents.create', {
        name,
        executor: { kind: 'local' },
        capabilities: [],
      });
      names.push(name);
      ids.set(name, made.id);
    }
    await home.call('agents.create', { name: 'Outside', executor: { kind: 'mailbox' } });
  });
  afterAll(async () => {
    await home?.close();
  });

  const idsOf = (members: readonly string[]) => members.map((name) => ids.get(name) ?? '');
  const make = (topology: string, members: string[], more: object = {}) =>
    home.call<Team>('teams.create', { name: newId(), topology, members, ...more });
  const join = (id: string, agentId: string) => home.call<Team>('teams.join', { id, agentId });
  const leave = (id: string, agentId: string) => home.call<Team>('teams.leave', { id, agentId });
  const say = (id: string, more: object = {}) =>
    home.call<{ sayingId: string; messages: unknown[] }>('teams.say', {
      id,
      type: 'status_update',
      payload: { message: 'Hello.' },
      ...more,
    });
  /** Every message of a team, as the table has them. */
  const sentIn = async (teamId: string): Promise<Message[]> => {
    const all: Message[] = [];
    let cursor: string | undefined;
    do {
      const page: { items: Message[]; nextCursor: string | null } = await home.call('messages.list', {
        conversation: `team:${teamId}`,
        limit: 200,
        ...(cursor && { cursor }),
      });
      all.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return all;
  };
  const handled = (teamId: string, count: number) =>
    until(
      async () => {
        const sent = await sentIn(teamId);
        return sent.length === count && sent.every((one) => one.status === 'acknowledged') && sent;
      },
      `${count} messages handled in the team`,
      40_000,
    );
  const refusal = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
    return error.code;
  };
  /** Waits until the log shows what was written by now: it does once no older transaction runs. */
  const settled = async () => {
    const mark = newId();
    await home.call('topics.subscribe', { topic: mark, agentId: ids.get('Member 1') });
    await until(
      async () => (await home.events()).some((event) => event.data.topic === mark),
      'the log is up to date',
    );
  };
  const eventsOf = async (type: string, teamId: string) => {
    await settled();
    return all(type, teamId);
  };
  const all = async (type: string, teamId: string) =>
    (await home.events()).filter((event) => event.type === type && event.data.teamId === teamId);

  describe('S14: the shape by count', () => {
    it.each([
      [6, 'mesh'],
      [15, 'star'],
      [40, 'hierarchy'],
    ] as const)('%i agents work as a %s, and the messages show it', async (count, shape) => {
      const members = names.slice(0, count);
      const team = await make('adaptive', members);
      expect([team.shape, team.members.length]).toEqual([shape, count]);
      const [, second = ''] = members;
      await say(team.id, { from: second });
      const sent = await handled(team.id, count - 1);
      const graph = new Set(edgesOf(shape, idsOf(members)).map(([from, to]) => `${from} ${to}`));
      expect(graph.size).toBe(team.edges);
      for (const one of sent) expect(graph).toContain(`${one.senderId} ${one.recipientId}`);
      // Each member got it once, and it was the same content for everybody.
      expect(new Set(sent.map((one) => one.recipientId)).size).toBe(count - 1);
      expect(new Set(sent.map((one) => one.payload.message))).toEqual(new Set(['Hello.']));
      const direct = sent.filter((one) => one.senderId === ids.get(second)).length;
      expect(direct).toBe({ mesh: 5, star: 1, hierarchy: Math.ceil(34 / 5) + 1 }[shape]);
    });

    it('members across a border switch it, without a loss, and nothing flaps inside the band', async () => {
      const team = await make('adaptive', names.slice(0, 9).slice(0, 7));
      await join(team.id, 'Outside'); // eight
      expect((await say(team.id, { from: 'Member 2' })).messages).toHaveLength(7);
      const waiting = async () => {
        const { id } = (
          await home.call<{ items: Array<{ id: string; name: string }> }>('agents.list', { limit: 200 })
        ).items.find((agent) => agent.name === 'Outside') ?? { id: '' };
        const { messages } = await home.call<{ messages: Message[] }>('agents.mailbox', { id });
        return messages.filter((one) => one.conversationId === `team:${team.id}`);
      };
      expect(await waiting()).toHaveLength(1); // it takes its messages later
      for (const step of ['join', 'leave', 'join', 'leave', 'join'])
        expect((await (step === 'join' ? join : leave)(team.id, 'Member 8')).shape).toBe('mesh');
      expect(await eventsOf('team.topology-changed', team.id)).toEqual([]);
      const grown = await join(team.id, 'Member 9');
      expect([grown.members.length, grown.shape]).toEqual([10, 'star']);
      const [change] = await eventsOf('team.topology-changed', team.id);
      expect(change?.data).toMatchObject({ from: 'mesh', to: 'star', members: 10 });
      expect(grown.shapeBecause).toBe(change?.data.because);
      // What waited before the switch still waits; what is said now goes through the lead.
      await say(team.id, { from: 'Member 2' });
      const found = await until(async () => {
        const open = await waiting();
        return open.length === 2 && open;
      }, 'both messages in the mailbox');
      expect(found.map((one) => one.senderId)).toEqual([ids.get('Member 2'), ids.get('Member 1')]);
      const all = await sentIn(team.id);
      expect(all).toHaveLength(7 + 9);
    });

    it('through 6, 15, 40, 15 and 5 members, messages on their way at every switch arrive, each by its own graph', async () => {
      const team = await make('adaptive', ['Outside', ...names.slice(0, 5)]);
      // It stands in the middle and looks into its mailbox only at the end: until then everything is on its way.
      await home.call('teams.lead', { id: team.id, agentId: 'Outside', leaseMs: 600_000 });
      const sayings: Array<{ sayingId: string; from: string; members: string[]; graph: Set<string> }> = [];
      const sayNow = async () => {
        const now = await home.call<Team>('teams.get', { id: team.id });
        const lead = now.lead?.agentId ?? '';
        const others = now.members.map(({ agentId }) => agentId).filter((id) => id !== lead);
        const graph = new Set(edgesOf(now.shape, [lead, ...others]).map(([from, to]) => `${from} ${to}`));
        expect(graph.size).toBe(now.edges);
        for (const from of ['Member 2', 'Member 4']) {
          const { sayingId } = await say(team.id, { from });
          sayings.push({ sayingId, from: ids.get(from) ?? '', members: [lead, ...others], graph });
        }
        return now.shape;
      };
      const open = async () =>
        (await sentIn(team.id)).filter(({ status }) => ['sent', 'delivered'].includes(status)).length;
      const shapes = [await sayNow()];
      let count = 6;
      for (const next of [15, 40, 15, 5]) {
        const before = await open();
        expect(before).toBeGreaterThan(0); // on their way before the switch
        for (; count < next; count += 1) await join(team.id, names[count - 1] ?? '');
        for (; count > next; count -= 1) await leave(team.id, names[count - 2] ?? '');
        expect(await open()).toBeGreaterThan(0); // and after it
        shapes.push(await sayNow());
      }
      expect(shapes).toEqual(['mesh', 'star', 'hierarchy', 'star', 'mesh']);
      const changes = await eventsOf('team.topology-changed', team.id);
      expect(changes.map(({ data }) => data.to)).toEqual(['star', 'hierarchy', 'star', 'mesh']);
      // Now who stands in the middle hands on, one after another.
      const outside = team.members.find(({ name }) => name === 'Outside')?.agentId;
      await until(
        async () => {
          const { messages } = await home.call<{ messages: Message[] }>('agents.take', {
            id: outside,
            limit: 100,
          });
          for (const { id } of messages) await home.call('messages.ack', { id });
          return messages.length === 0 && (await open()) === 0;
        },
        'every message handled',
        60_000,
      );
      const all = await sentIn(team.id);
      expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['acknowledged']));
      expect(all).toHaveLength(sayings.reduce((sum, { members }) => sum + members.length - 1, 0));
      for (const { sayingId, from, members, graph } of sayings) {
        const sent = all.filter(({ correlationId }) => correlationId === sayingId);
        for (const one of sent) expect(graph).toContain(`${one.senderId} ${one.recipientId}`);
        // Everybody who was there when it was said got it once, also those who left meanwhile.
        expect(sent.map(({ recipientId }) => recipientId).toSorted()).toEqual(
          members.filter((id) => id !== from).toSorted(),
        );
      }
    }, 240_000);

    it('twin: a team that is set to a star stays one, however many it has', async () => {
      const team = await make('star', names.slice(0, 3));
      expect(team.shape).toBe('star');
      const small = await leave(team.id, 'Member 3');
      expect([small.shape, await eventsOf('team.topology-changed', team.id)]).toEqual(['star', []]);
    });
  });

  describe('the shape by measured cost', () => {
    /** Tasks and talk of a team, written into the event log as the rooms write them. */
    const live = (teamId: string, tasks: number, messagesEach: number) =>
      home.house.store.write(home.house.homeTenantId, async (tx) => {
        const agentId = ids.get('Member 1') ?? '';
        for (let task = 0; task < tasks; task += 1) {
          const taskId = newId();
          const fact = { tenantId: tx.tenantId, taskId, rootId: taskId, agentId };
          await home.house.events.append(tx, [
            { ...fact, type: 'task.started', data: {} },
            ...Array.from({ length: messagesEach }, () => ({
              tenantId: tx.tenantId,
              type: 'message.sent' as const,
              agentId,
              data: { messageId: newId(), conversationId: `team:${teamId}` },
            })),
            { ...fact, type: 'task.settled', data: { status: 'completed' } },
          ]);
        }
      });
    /** A message that was in hand for some time. */
    const handle = async (teamId: string, ms: number) => {
      const data = { messageId: newId(), conversationId: `team:${teamId}` };
      const tell = (type: 'message.delivered' | 'message.acknowledged') =>
        home.house.store.write(home.house.homeTenantId, (tx) =>
          home.house.events.append(tx, [{ tenantId: tx.tenantId, type, data }]),
        );
      await tell('message.delivered');
      await new Promise((resolve) => setTimeout(resolve, ms));
      await tell('message.acknowledged');
    };
    const reviewed = async (id: string) => {
      await settled();
      await home.call('teams.review', { id });
      return home.call<Team>('teams.get', { id });
    };

    it('changes with the count unchanged, names its figures, and changes back', async () => {
      const team = await make('adaptive', names.slice(0, 6));
      await handle(team.id, 30);
      await live(team.id, 12, 12);
      const star = await reviewed(team.id);
      expect([star.members.length, star.shape]).toEqual([6, 'star']);
      expect(star.shapeBecause).toMatch(/^12\.0 messages for each finished task and \d+ % of the time/);
      const [change] = await eventsOf('team.topology-changed', team.id);
      expect(change?.data).toMatchObject({ from: 'mesh', to: 'star', members: 6 });
      // No flapping: the count alone does not take it back.
      expect((await leave(team.id, 'Member 6')).shape).toBe('star');
      expect((await join(team.id, 'Member 6')).shape).toBe('star');
      await live(team.id, 12, 0);
      expect((await reviewed(team.id)).shape).toBe('mesh');
    });

    it('twin: the same talk over more tasks changes nothing', async () => {
      const team = await make('adaptive', names.slice(0, 6));
      await handle(team.id, 30);
      await live(team.id, 48, 3);
      expect((await reviewed(team.id)).shape).toBe('mesh');
      expect(await eventsOf('team.topology-changed', team.id)).toEqual([]);
    });
  });

  describe('speaking in a team', () => {
    it('a person speaks to the lead; between two workers of a star the lead hands on', async () => {
      const team = await make('star', names.slice(0, 4));
      const { sayingId } = await say(team.id, { to: ['Member 3'], from: 'Member 2' });
      const sent = (await handled(team.id, 2)).toReversed();
      expect(sent.map((one) => [one.senderId, one.recipientId])).toEqual([
        idsOf(['Member 2', 'Member 1']),
        idsOf(['Member 1', 'Member 3']),
      ]);
      expect(sent.map((one) => one.correlationId)).toEqual([sayingId, sayingId]);
      expect(sent[0]?.payload.data).toMatchObject({ handOn: { sayingId, payload: { message: 'Hello.' } } });
      expect(sent[1]?.payload).toEqual({ message: 'Hello.' });
      await say(team.id);
      expect(await handled(team.id, 6)).toHaveLength(6);
    });

    it('a ring passes it from each to the next, all the way round', async () => {
      const members = names.slice(0, 20);
      const team = await make('ring', members);
      await say(team.id, { from: 'Member 2' });
      const sent = (await handled(team.id, 19)).toReversed();
      const order = idsOf([...members.slice(1), ...members.slice(0, 1)]);
      expect(sent.map((one) => one.recipientId)).toEqual(order.slice(1));
    });

    it('where a member fails it, the way ends there and the log says who was not reached', async () => {
      const team = await make('star', names.slice(0, 3));
      // Built-in agents do not know this request; the lead is asked first, and fails it.
      const { sayingId } = await say(team.id, {
        from: 'Member 2',
        type: 'coordination_request',
        payload: { requestType: 'juggle' },
      });
      const [broken] = await until(async () => {
        const found = await eventsOf('team.route-broken', team.id);
        return found.length > 0 && found;
      }, 'the broken route');
      expect(broken?.data).toMatchObject({ sayingId, notReached: [ids.get('Member 3')] });
      expect(await sentIn(team.id)).toHaveLength(1);
    });

    it('what failed goes on when it is redriven and acknowledged', async () => {
      const team = await make('star', ['Outside', 'Member 1', 'Member 2']);
      // By lease: one that is silent for long would not stay in the middle otherwise.
      await home.call('teams.lead', { id: team.id, agentId: 'Outside', leaseMs: 60_000 });
      await say(team.id, { from: 'Member 1', to: ['Member 2'] });
      const take = async () => {
        const outside = team.members.find((one) => one.name === 'Outside')?.agentId;
        const { messages } = await home.call<{ messages: Message[] }>('agents.take', {
          id: outside,
          limit: 100,
        });
        return messages.filter((one) => one.conversationId === `team:${team.id}`)[0];
      };
      const first = await take();
      await home.call('messages.ack', { id: first?.id, error: 'not now', retry: false });
      expect(await sentIn(team.id)).toHaveLength(1);
      await home.call('messages.redrive', { id: first?.id });
      const again = await take();
      await home.call('messages.ack', { id: again?.id });
      const last = await until(async () => {
        const sent = await sentIn(team.id);
        return sent.length === 3 && sent[0];
      }, 'the last hop');
      expect(last).toMatchObject({ recipientId: ids.get('Member 2'), payload: { message: 'Hello.' } });
    });

    it('goes through whoever leads now: the holder of the lease stands in the middle', async () => {
      const team = await make('star', names.slice(0, 4));
      await home.call('teams.lead', { id: team.id, agentId: 'Member 4', leaseMs: 60_000 });
      await say(team.id, { from: 'Member 2', to: ['Member 3'] });
      const sent = (await handled(team.id, 2)).toReversed();
      expect(sent.map((one) => one.recipientId)).toEqual(idsOf(['Member 4', 'Member 3']));
    });

    it('refuses who does not belong, and a team without anybody', async () => {
      const team = await make('mesh', names.slice(0, 3));
      expect(await refusal(say(team.id, { from: 'Member 9' }))).toBe('team/not-member');
      expect(await refusal(say(team.id, { to: ['Member 9'] }))).toBe('team/not-member');
      expect(await refusal(say((await make('star', [])).id))).toBe('team/no-members');
      expect(await refusal(say(newId()))).toBe('team/not-found');
      expect(await refusal(leave(team.id, 'Member 9'))).toBe('team/not-member');
      expect(await refusal(join(team.id, 'Nobody'))).toBe('agent/not-found');
      expect(await sentIn(team.id)).toEqual([]);
    });
  });

  it('is changed, shows what its members can do, and is removed', async () => {
    const team = await make('star', ['Writer', 'Member 1'], { lead: 'Member 1' });
    expect(team.lead).toMatchObject({ name: 'Member 1', by: 'named', term: null });
    expect(team.capabilities).toContainEqual({ name: 'brief.write', agents: 1 });
    const changed = await home.call<Team>('teams.change', { id: team.id, topology: 'ring', lead: 'Writer' });
    expect([changed.shape, changed.lead?.name, changed.shapeBecause]).toEqual([
      'ring',
      'Writer',
      'set by a person',
    ]);
    expect(await refusal(home.call('teams.create', { name: team.name }))).toBe('team/exists');
    await home.call('teams.remove', { id: team.id });
    expect(await refusal(home.call('teams.get', { id: team.id }))).toBe('team/not-found');
    await settled();
    const types = (await home.events())
      .filter((event) => event.data.teamId === team.id)
      .map((event) => event.type);
    expect(types).toEqual(['team.created', 'team.topology-changed', 'team.changed', 'team.removed']);
  });

  it('the registry knows who is best, and counts by role and capability', async () => {
    const best = await home.call<{ name: string; considered: unknown[] }>('agents.best', {
      capability: 'brief.write',
    });
    expect(best.name).toBe('Writer');
    expect(await refusal(home.call('agents.best', { capability: 'juggle' }))).toBe('task/no-capability');
    const summary = await home.call<{
      agents: number;
      byRole: Record<string, { agents: number }>;
      byCapability: Record<string, { agents: number; byStatus: Record<string, number> }>;
    }>('agents.summary');
    expect((summary.byRole.chief?.agents ?? 0) + (summary.byRole.operator?.agents ?? 0)).toBe(summary.agents);
    expect(summary.byCapability['brief.write']).toMatchObject({ agents: 1, byStatus: { idle: 1 } });
  });
});
