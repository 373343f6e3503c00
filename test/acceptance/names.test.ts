import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Message } from '../../src/messages/message.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

/** People know agents by name: wherever an operation takes the id of an agent, its name does as well. */
onEveryStore('agents by name', (dialect) => {
  let home: TestHouse;
  let ann: Agent;

  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    ann = await home.call<Agent>('agents.create', { name: 'Ann', executor: { kind: 'mailbox' } });
    await home.call('messages.send', { to: 'Ann', type: 'status_update', payload: { message: 'hello' } });
  });
  afterAll(() => home?.close());

  it('shows an agent, its mailbox, its notes and its relations', async () => {
    expect((await home.call<Agent>('agents.get', { id: 'Ann' })).id).toBe(ann.id);
    expect(await home.call('agents.mailbox', { id: 'Ann' })).toMatchObject({ open: 1 });
    await home.call('agents.notes', { id: 'Ann' });
    await home.call('agents.relations', { id: 'Ann' });
  });

  it('filters lists', async () => {
    for (const name of ['messages.list', 'conversations.list']) {
      const byName = await home.call<{ items: unknown[] }>(name, { agentId: 'Ann' });
      expect(byName.items, name).toHaveLength(1);
      expect(byName).toEqual(await home.call(name, { agentId: ann.id }));
      expect(await home.call(name, { agentId: 'Nobody' })).toMatchObject({ items: [] });
    }
    const submitted = await home.call<{ id: string }>('tasks.submit', { goal: 'Wait', agentId: ann.id });
    const tasks = await home.call<{ items: Array<{ id: string }> }>('tasks.list', {
      agentId: 'Ann',
      all: true,
    });
    expect(tasks.items.map(({ id }) => id)).toEqual([submitted.id]);
    await home.call('tasks.terminate', { id: submitted.id });
  });

  it('subscribes, listens, emits and takes under the id of the agent', async () => {
    expect(await home.call('topics.subscribe', { topic: 'news', agentId: 'Ann' })).toMatchObject({
      agentId: ann.id,
    });
    expect(await home.call('listeners.add', { agentId: 'Ann', eventType: 'task.settled' })).toMatchObject({
      agentId: ann.id,
    });
    expect(await home.call('events.emit', { type: 'cache.warmed', agentId: 'Ann' })).toMatchObject({
      agentId: ann.id,
    });
    const { messages } = await home.call<{ messages: Message[] }>('agents.take', { id: 'Ann' });
    expect(messages.map(({ recipientId }) => recipientId)).toEqual([ann.id]);
    expect(await home.call('topics.unsubscribe', { topic: 'news', agentId: 'Ann' })).toMatchObject({
      agentId: ann.id,
    });
  });

  it('changes an agent', async () => {
    await home.call('agents.deactivate', { id: 'Ann' });
    expect((await home.call<Agent>('agents.get', { id: ann.id })).enabled).toBe(false);
    await home.call('agents.activate', { id: 'Ann' });
    const spec = { name: 'Ann', executor: { kind: 'mailbox' }, description: 'Answers.' };
    expect(await home.call<Agent>('agents.update', { id: 'Ann', spec })).toMatchObject({
      id: ann.id,
      specVersion: 2,
    });
    expect(await home.call('agents.validate', { id: 'Ann' })).toMatchObject({ success: true });
  });

  it('a collaboration asks in the name of Cadre, not in that of an agent that is gone', async () => {
    await home.call('agents.create', { name: 'Bob', executor: { kind: 'mailbox' } });
    const { conversationId } = await home.call<{ conversationId: string }>('collaborations.start', {
      mode: 'parallel',
      goal: 'Name the risks.',
      agents: ['Ann', 'Bob'],
    });
    const asked = () => home.call<{ items: Message[] }>('messages.list', { conversation: conversationId });
    await until(async () => (await asked()).items.length === 2, 'both are asked', 20_000);
    const { markdown } = await home.call<{ markdown: string }>('conversations.summary', {
      id: conversationId,
    });
    expect(markdown).toContain('Cadre asked Ann: Name the risks.');
    expect(markdown).not.toContain('that is gone');
  });

  it('twin: an id goes before a name, and what is neither is refused', async () => {
    const double = await home.call<Agent>('agents.create', { name: ann.id, executor: { kind: 'mailbox' } });
    expect(double.id).not.toBe(ann.id);
    expect((await home.call<Agent>('agents.get', { id: ann.id })).name).toBe('Ann');
    expect(await home.call('agents.mailbox', { id: ann.id })).toMatchObject({ open: 2 });
    for (const name of ['agents.get', 'agents.mailbox', 'agents.take', 'agents.remove'])
      await expect(home.call(name, { id: 'Nobody' })).rejects.toMatchObject({ code: 'agent/not-found' });
  });
});
