import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { addScripted, outputOf, slowTurns } from '../support/scripted.ts';
import { onEveryStore } from '../support/stores.ts';

interface Booked {
  id: string;
  command: string;
  status: string;
  outcome: Record<string, unknown> | null;
  error: { code: string } | null;
}
interface Listed {
  items: Booked[];
  counts: Array<{ command: string; done: number; denied: number }>;
  known: Array<{ command: string }>;
}

/** QC-5: named commands, never a shell. */
onEveryStore('commands to tasks', (dialect) => {
  let home: TestHouse;
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    await addScripted(home, 'Slow', slowTurns(25));
    await addScripted(home, 'After', slowTurns(1, 0), {
      capabilities: [{ name: 'after.work', confidence: 0.9 }],
    });
  });
  afterAll(() => home?.close());

  const submit = async (more: object = {}) => {
    const { id } = await home.call<{ id: string }>('tasks.submit', {
      goal: 'Slow first, then after',
      type: 'multi_step',
      input: {
        steps: [
          { name: 'slow', goal: 'Begin', capability: 'slow.work' },
          { name: 'extra', goal: 'Maybe', capability: 'after.work', dependsOn: ['slow'], optional: true },
          { name: 'end', goal: 'End', capability: 'after.work', dependsOn: ['extra'] },
        ],
      },
      ...more,
    });
    await until(
      async () => (await show(id)).subtasks.some(({ status }) => status === 'running'),
      'the first step',
    );
    return id;
  };
  const show = (id: string) => home.call<Task>('tasks.get', { id });
  const give = (id: string, command: string, given: object = {}) =>
    home.call<Booked>('tasks.command', { id, command, arguments: given });
  const end = (id: string) => home.call('tasks.terminate', { id });

  it.each([
    ['rm -rf /'],
    ['checkpoint; rm -rf /'],
    [':(){ :|:& };:'],
    ['mkfs.ext4 /dev/sda'],
    ['sudo cat /etc/shadow'],
    ['constructor'],
    ['__proto__'],
  ])('denies %s, books it and says so in the log', async (command) => {
    const id = await submit();
    await expect(give(id, command)).rejects.toMatchObject({ code: 'control/denied-command', status: 403 });
    expect((await show(id)).status).toBe('waiting');
    const { items } = await home.call<Listed>('tasks.commands', { taskId: id });
    expect(items).toMatchObject([{ command, status: 'denied', error: { code: 'control/denied-command' } }]);
    const events = await home.events(id);
    expect(events.filter(({ type }) => type === 'command.denied').map(({ data }) => data.command)).toEqual([
      command,
    ]);
    await end(id);
  });

  it('twin: arguments of another form are refused before anything happens, and booked', async () => {
    const id = await submit();
    for (const [command, given] of [
      ['reprioritise', { priority: 'very' }],
      ['reprioritise', { priority: 'high', shell: 'rm -rf /' }],
      ['checkpoint', { path: '/etc/passwd' }],
      ['note', { text: '' }],
      ['reassign', { from: 'Slow' }],
    ] as const)
      await expect(give(id, command, given)).rejects.toMatchObject({ code: 'control/command-arguments' });
    const { items, counts } = await home.call<Listed>('tasks.commands', { taskId: id });
    expect(items.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'denied'));
    expect(counts.find(({ command }) => command === 'reprioritise')).toMatchObject({ done: 0, denied: 2 });
    expect((await show(id)).priority).toBe(50);
    expect((await home.call<{ items: [] }>('tasks.checkpoints', { id })).items).toEqual([]);
    await end(id);
  });

  it('reprioritises, makes checkpoints and lets go of them', async () => {
    const id = await submit();
    expect((await give(id, 'reprioritise', { priority: 'urgent' })).outcome).toEqual({ priority: 100 });
    expect((await show(id)).subtasks.map(({ priority }) => priority)).toEqual([100, 100, 100]);
    for (let round = 0; round < 3; round += 1) await give(id, 'checkpoint');
    expect((await give(id, 'compact-checkpoints', { keep: 1 })).outcome).toEqual({ removed: 2 });
    const { items } = await home.call<{ items: Array<{ reason: string }> }>('tasks.checkpoints', { id });
    expect(items.map(({ reason }) => reason)).toEqual(['command']);
    const listed = await home.call<Listed>('tasks.commands', { taskId: id });
    expect(listed.counts.find(({ command }) => command === 'checkpoint')).toMatchObject({
      done: 3,
      denied: 0,
    });
    expect(listed.known.length).toBeGreaterThanOrEqual(5);
    await end(id);
  });

  it('skips an optional step that has not begun; the rest goes on', async () => {
    const id = await submit();
    await expect(give(id, 'skip-step', { step: 'slow' })).rejects.toMatchObject({
      message: expect.stringContaining('not optional'),
    });
    await expect(give(id, 'skip-step', { step: 'nothing' })).rejects.toMatchObject({
      code: 'control/command-arguments',
    });
    await give(id, 'skip-step', { step: 'extra' });
    const done = await home.ended(id);
    expect(done.status).toBe('completed');
    expect(done.subtasks.map(({ step, status, stopReason }) => [step, status, stopReason])).toEqual([
      ['slow', 'completed', 'done'],
      ['extra', 'failed', 'rejected'],
      ['end', 'completed', 'done'],
    ]);
  });

  it('tells a note to those who work on it', async () => {
    const id = await submit();
    await give(id, 'note', { text: 'Mind the gap.' });
    const done = await home.ended(id);
    const last = await show(done.subtasks.at(-1)?.id ?? '');
    expect(outputOf(last).notes).toEqual(['Mind the gap.']);
  });

  it('gives open steps of one agent to another', async () => {
    await addScripted(home, 'Stand In', slowTurns(1, 0), {
      capabilities: [{ name: 'after.work', confidence: 0.1 }],
    });
    const id = await submit();
    const { items } = await home.call<{ items: Array<{ id: string; name: string }> }>('agents.list');
    const idOf = (name: string) => items.find((agent) => agent.name === name)?.id;
    const held = (await show(id)).subtasks.filter(({ step }) => step !== 'slow');
    const from = held[0]?.agentId;
    const to = from === idOf('After') ? 'Stand In' : 'After';
    await expect(give(id, 'reassign', { from, to: 'Slow' })).rejects.toMatchObject({
      message: expect.stringContaining('does not offer after.work'),
    });
    await expect(give(id, 'reassign', { from, to: 'Nobody' })).rejects.toMatchObject({
      code: 'agent/not-found',
    });
    const mine = held.filter(({ agentId }) => agentId === from).length;
    expect((await give(id, 'reassign', { from, to })).outcome).toEqual({ moved: mine });
    const done = await home.ended(id);
    expect(done.status).toBe('completed');
    expect(done.subtasks.filter(({ agentId }) => agentId === from)).toEqual([]);
  });

  it('extends a deadline, and only to a later time', async () => {
    const deadline = new Date(Date.now() + 3_600_000).toISOString();
    const later = new Date(Date.now() + 7_200_000).toISOString();
    const id = await submit({ deadline });
    await expect(give(id, 'extend-deadline', { deadline })).rejects.toMatchObject({
      code: 'control/command-arguments',
    });
    await expect(give(id, 'extend-deadline', { deadline: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'task/deadline-past',
    });
    await give(id, 'extend-deadline', { deadline: later });
    const task = await show(id);
    expect([task.deadline, ...task.subtasks.map((step) => step.deadline)]).toEqual(
      Array.from({ length: 4 }, () => later),
    );
    await end(id);
    const without = await submit();
    await expect(give(without, 'extend-deadline', { deadline: later })).rejects.toMatchObject({
      message: expect.stringContaining('no deadline'),
    });
    await end(without);
    await expect(give(without, 'checkpoint')).rejects.toMatchObject({ code: 'task/wrong-state' });
  });
});
