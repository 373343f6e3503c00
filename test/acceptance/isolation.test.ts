import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operations } from '../../src/operations.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import type { Caller } from '../../src/platform/kernel/operation.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

/** What must never be seen by another tenant. */
const SECRET = 'cormorant-4419';

/**
 * P24 below the doors: every operation of the list and every field of its input that may name a thing, with ids of
 * another tenant. A foreign id answers exactly as one that never was. (Over HTTP: src/edge/http/isolation.test.ts.)
 */
const cells = operations.flatMap((operation) => {
  const form = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' });
  return Object.keys(form.properties ?? {})
    .filter((field) => /^(id|files)$|Id$/.test(field))
    .filter(() => operation.route.body !== 'multipart') // uploads bring bytes in `files`, not ids
    .map((field) => ({ operation, field, title: `${operation.name} ${field}` }));
});

onEveryStore('tenants are isolated (P24)', (dialect) => {
  let home: TestHouse;
  let other: Partial<Caller>;
  /** Ids of the first tenant by kind. */
  const ids = {
    tasks: '',
    agents: '',
    files: '',
    messages: '',
    keys: '',
    teams: '',
    votes: '',
    collaborations: '',
    optimizations: '',
    delegations: '',
    listeners: '',
    conversations: '',
    solutions: '',
    schedules: '',
    triggers: '',
    workflows: '',
    approvals: '',
    acts: '',
    checkpoints: '',
    controlRules: '',
    budgets: '',
    providers: '',
    models: '',
    modelRules: '',
  };

  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    const made = await home.call<{ id: string }>('tenants.create', { name: 'other' });
    other = { tenantId: made.id };
    const [file = ''] = await home.upload({
      [`${SECRET}.txt`]: `The word is ${SECRET}. Ada Brook wrote it.`,
    });
    const task: Task = await home.run({ goal: `Brief me on ${SECRET}`, files: [file] });
    const { items } = await home.call<{ items: Array<{ id: string }> }>('messages.list', {});
    const key = await home.call<{ id: string }>('keys.create', { name: SECRET });
    const team = await home.call<{ id: string }>('teams.create', { name: SECRET, members: ['Writer'] });
    await home.call('teams.say', { id: team.id, type: 'status_update', payload: { message: SECRET } });
    const vote = await home.call<{ id: string }>('votes.open', {
      question: SECRET,
      options: ['yes', 'no'],
      teamId: team.id,
    });
    const collaboration = await home.call<{ id: string }>('collaborations.start', {
      mode: 'parallel',
      goal: SECRET,
      agents: ['Writer', 'Researcher'],
    });
    const optimization = await home.call<{ id: string }>('optimizations.start', {
      type: SECRET,
      space: { x: { type: 'choice', values: [1] } },
      agents: ['Writer'],
    });
    const delegation = await home.call<{ id: string }>('agents.delegate', {
      id: 'Writer',
      type: 'brief.write',
      goal: SECRET,
    });
    const agentId = task.subtasks[0]?.agentId ?? '';
    const listener = await home.call<{ id: string }>('listeners.add', { agentId, eventType: 'file.*' });
    const solution = await home.call<{ id: string }>('solutions.start', {
      question: SECRET,
      options: ['yes', 'no'],
      teamId: team.id,
    });
    const schedule = await home.call<{ id: string }>('schedules.create', {
      name: SECRET,
      cron: '0 0 1 1 *',
      task: { goal: SECRET },
    });
    const trigger = await home.call<{ id: string }>('triggers.create', {
      name: SECRET,
      kind: 'webhook',
      task: { goal: SECRET },
    });
    const text = `{name: w, description: ${SECRET}, steps: [{name: ok, approval: {ask: ${SECRET}, deadlineMs: 600000}}]}`;
    const { workflowId } = await home.call<{ workflowId: string }>('workflows.save', { text });
    await home.call('tasks.submit', { workflow: 'w' });
    const approval = await until(async () => {
      const { items: asked } = await home.call<{ items: Array<{ id: string }> }>('approvals.list', {});
      return asked[0];
    }, 'the approval');
    await home.call('agents.create', {
      name: 'Asker',
      capabilities: [{ name: 'ask.work' }],
      executor: { kind: 'scripted', turns: [{ text: SECRET, acts: [{ name: SECRET, effect: 'spend' }] }] },
    });
    const asking = await home.call<{ id: string }>('tasks.submit', { goal: SECRET, capability: 'ask.work' });
    const act = await until(
      async () => (await home.call<{ items: Array<{ id: string }> }>('acts.list', {})).items[0],
      'the act to be asked about',
    );
    const checkpoint = await home.call<{ id: string }>('checkpoints.create', { id: asking.id });
    const rule = await home.call<{ id: string }>('controlRules.create', {
      name: SECRET,
      condition: 'turns > 1000',
      action: 'pause',
    });
    const provider = await home.call<{ id: string }>('providers.create', {
      kind: 'openai-compatible',
      name: SECRET,
      baseUrl: 'http://127.0.0.1:9/v1',
      apiKey: SECRET,
      check: false,
    });
    const model = await home.call<{ id: string }>('models.add', { provider: SECRET, name: SECRET });
    const modelRule = await home.call<{ id: string }>('modelRules.create', {
      name: SECRET,
      prefer: 'cheapest',
    });
    const budget = await home.call<{ id: string }>('budgets.create', {
      name: SECRET,
      scope: 'agent',
      scopeId: agentId,
      costUsd: 9,
    });
    Object.assign(ids, {
      budgets: budget.id,
      providers: provider.id,
      models: model.id,
      modelRules: modelRule.id,
      acts: act.id,
      checkpoints: checkpoint.id,
      controlRules: rule.id,
      tasks: task.id,
      agents: agentId,
      files: file,
      messages: items[0]?.id ?? '',
      keys: key.id,
      teams: team.id,
      votes: vote.id,
      collaborations: collaboration.id,
      optimizations: optimization.id,
      delegations: delegation.id,
      listeners: listener.id,
      conversations: `team:${team.id}`,
      solutions: solution.id,
      schedules: schedule.id,
      triggers: trigger.id,
      workflows: workflowId,
      approvals: approval.id,
    });
  });
  afterAll(async () => {
    await home?.close();
  });

  const kindOf = (room: string, field: string): string => {
    if (field === 'agentId' || field === 'scopeId') return ids.agents;
    if (field === 'taskId' || field === 'rootId') return ids.tasks;
    if (field === 'teamId') return ids.teams;
    if (field === 'files' || field === 'fileId') return ids.files;
    return ids[room as keyof typeof ids];
  };
  /** What a call answers, as text in which the id it was asked with is hidden; streams and bytes by their kind. */
  const outcome = async (name: string, input: object, id: string, as?: Partial<Caller>): Promise<string> => {
    const stop = new AbortController();
    stop.abort();
    try {
      const answer = await home.call(name, input, { ...as, signal: stop.signal });
      return JSON.stringify({ answer }).replaceAll(id, 'ID');
    } catch (error) {
      if (!(error instanceof CadreError)) throw error;
      return JSON.stringify({ refused: error.code, message: error.message }).replaceAll(id, 'ID');
    }
  };
  const inputFor = (cell: (typeof cells)[number], id: string) => ({
    ...(cell.operation.example as object), // an input is an object
    [cell.field]: cell.field === 'files' ? [id] : id,
    ...(cell.operation.name === 'budgets.create' && { scope: 'agent' }),
  });

  it('the matrix has every room in it', () => {
    const rooms = new Set(cells.map(({ operation }) => operation.name.split('.')[0]));
    expect([...rooms].sort()).toEqual([
      'acts',
      'agents',
      'approvals',
      'budgets',
      'checkpoints',
      'collaborations',
      'controlRules',
      'conversations',
      'delegations',
      'energy',
      'events',
      'files',
      'keys',
      'listeners',
      'messages',
      'modelRules',
      'models',
      'optimizations',
      'providers',
      'schedules',
      'solutions',
      'tasks',
      'teams',
      'topics',
      'triggers',
      'usage',
      'votes',
      'workflows',
    ]);
    expect(cells.length).toBeGreaterThan(20);
    for (const id of Object.values(ids)) expect(id).not.toBe('');
  });

  describe.each(cells)('$title', (cell) => {
    it('answers for a foreign id as for an absent one', async () => {
      const { name } = cell.operation;
      const foreign = kindOf(name.split('.')[0] ?? '', cell.field);
      const absent = newId();
      const seen = await outcome(name, inputFor(cell, foreign), foreign, other);
      expect(seen).toBe(await outcome(name, inputFor(cell, absent), absent, other));
      expect(seen).not.toContain(SECRET);
      // A thing that is named must be there; a filter may find nothing, as text in nothing but the head of a table.
      expect(seen).toMatch(/"refused":"\w+\/(\w+-)?not-found"|"items":\[\]|"name":"usage.csv"/);
    });
  });

  it('every list of the other tenant is without rows of the first', async () => {
    const lists = operations.filter(({ route }) => route.method === 'GET' && !route.path.includes('{'));
    expect(lists.length).toBeGreaterThan(5);
    for (const { name, route } of lists) {
      if (route.answer === 'events') continue; // followed below
      const seen = JSON.stringify(await home.call(name, {}, other));
      for (const secret of [SECRET, ...Object.values(ids)]) expect(seen, name).not.toContain(secret);
    }
  });

  it('the stream of the other tenant is without events of the first', async () => {
    const stop = new AbortController();
    const types: string[] = [];
    const stream = await home.call<AsyncIterable<{ event: string; data: unknown }>>(
      'events.follow',
      { after: '0-0' },
      { ...other, signal: stop.signal },
    );
    const reading = (async () => {
      for await (const { event, data } of stream) {
        types.push(event);
        expect(JSON.stringify(data)).not.toContain(SECRET);
      }
    })();
    await home.call('keys.create', { name: 'last' }, other);
    await until(async () => types.includes('key.created'), 'its own last event');
    stop.abort();
    await reading;
    expect(types.some((type) => type.startsWith('task.'))).toBe(false);
  });

  it('twin: the first tenant is answered with what is there', async () => {
    for (const [name, room] of [
      ['tasks.get', 'tasks'],
      ['agents.get', 'agents'],
      ['files.get', 'files'],
      ['messages.get', 'messages'],
      ['teams.get', 'teams'],
      ['votes.get', 'votes'],
      ['collaborations.get', 'collaborations'],
      ['optimizations.get', 'optimizations'],
      ['solutions.get', 'solutions'],
    ] as const) {
      expect(await outcome(name, { id: ids[room] }, 'none')).toContain(ids[room]);
    }
    expect(JSON.stringify(await home.call('tasks.list', {}))).toContain(SECRET);
    expect(JSON.stringify(await home.call('keys.list', {}))).toContain(SECRET);
  });
});
