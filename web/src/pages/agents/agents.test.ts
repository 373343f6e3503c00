import { expect, test } from 'vitest';
import type { Agent } from '../../api/models.ts';
import { mayDo } from '../../api/roles.ts';
import { executorOf, hintFor, stateOf, successOf } from '../../parts/agent/agent-words.ts';
import { EMPTY_FORM, readForm } from './agent-form.ts';
import { filterAgents, NO_FILTER } from './filter.ts';

const agent = (changes: Partial<Agent> = {}): Agent => ({
  id: 'a',
  name: 'Reader 1',
  role: 'operator',
  status: 'idle',
  statusReason: null,
  enabled: true,
  spec: {
    name: 'Reader 1',
    role: 'operator',
    description: 'Reads documents',
    capabilities: [{ name: 'documents.read', confidence: 0.8 }],
    executor: { kind: 'local' },
    maxConcurrent: 1,
    timeoutMs: 60_000,
    maxAttempts: 3,
    dependencies: [],
    metadata: {},
  },
  specVersion: 1,
  inFlight: 0,
  busy: 0,
  succeeded: 0,
  failed: 0,
  successRate: null,
  averageMs: 0,
  lastHeartbeatAt: null,
  validation: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});
const good = {
  ...EMPTY_FORM,
  name: 'Echo',
  capabilities: 'echo, text.translate echo',
  url: 'https://a.example/work',
};

test('a form becomes an agent; each capability once', () => {
  expect(readForm(good)).toEqual({
    agent: {
      name: 'Echo',
      description: '',
      capabilities: [{ name: 'echo' }, { name: 'text.translate' }],
      executor: { kind: 'http', url: 'https://a.example/work' },
      maxConcurrent: 1,
    },
  });
});

test.each([
  ['name', ''],
  ['name', '<img src=x>'],
  ['name', 'x'.repeat(81)],
  ['description', 'x'.repeat(2_001)],
  ['capabilities', ' , '],
  ['capabilities', 'with/slash'],
  ['url', ''],
  ['url', 'javascript:alert(1)'],
  ['url', 'not an address'],
  ['maxConcurrent', '0'],
  ['maxConcurrent', '1.5'],
  ['maxConcurrent', ''],
] as const)('a wrong %s (%s) is said at that field only', (field, value) => {
  const read = readForm({ ...good, [field]: value });
  expect('problems' in read && Object.keys(read.problems)).toEqual([field]);
});

const thinker = { ...EMPTY_FORM, kind: 'model' as const, name: 'Thinker' };

test('a form becomes an agent with a model: by the rules and reading tools, unless something else is chosen', () => {
  expect(readForm(thinker)).toEqual({
    agent: {
      name: 'Thinker',
      description: '',
      capabilities: [],
      executor: { kind: 'model' },
      timeoutMs: 600_000,
      maxConcurrent: 1,
    },
  });
  const chosen = readForm({
    ...thinker,
    model: 'harbour/scripted',
    instructions: ' Be short. ',
    tools: ['read', 'web'],
    otherTools: 'mail.send',
    minutes: '2',
  });
  expect('agent' in chosen && chosen.agent).toMatchObject({
    executor: {
      kind: 'model',
      model: 'harbour/scripted',
      instructions: 'Be short.',
      tools: [
        'files.list',
        'files.read',
        'files.search',
        'tables.query',
        'history.read',
        'http.get',
        'mail.send',
      ],
    },
    timeoutMs: 120_000,
  });
  const nothing = readForm({ ...thinker, tools: [] });
  expect('agent' in nothing && nothing.agent.executor).toEqual({ kind: 'model', tools: [] });
});

test.each([
  ['name', ''],
  ['instructions', 'x'.repeat(20_001)],
  ['otherTools', 'x'.repeat(101)],
  ['minutes', '0'],
  ['minutes', '61'],
  ['minutes', 'long'],
  ['capabilities', 'with/slash'],
] as const)('of an agent with a model a wrong %s (%s) is said at that field only', (field, value) => {
  const read = readForm({ ...thinker, [field]: value });
  expect('problems' in read && Object.keys(read.problems)).toEqual([field]);
});

test('agents are found by name, words and capability; removed ones only when asked for', () => {
  const gone = agent({ id: 'b', status: 'archived', enabled: false });
  const off = agent({ id: 'c', enabled: false });
  const all = [agent(), gone, off];
  const ids = (filter: Partial<typeof NO_FILTER>) =>
    filterAgents(all, { ...NO_FILTER, ...filter }).map(({ id }) => id);
  expect(ids({})).toEqual(['a', 'c']);
  expect(ids({ text: 'READ doc' })).toEqual(['a', 'c']);
  expect(ids({ text: 'nobody' })).toEqual([]);
  expect(ids({ state: 'archived' })).toEqual(['b']);
  expect(ids({ state: 'deactivated' })).toEqual(['c']);
  expect(ids({ role: 'chief' })).toEqual([]);
});

test('the word of an agent: a decision of a person comes before how it is', () => {
  expect(stateOf(agent({ enabled: false, status: 'busy' }))).toBe('deactivated');
  expect(stateOf(agent({ enabled: false, status: 'archived' }))).toBe('archived');
});

test('a success rate never hides a failure', () => {
  expect([null, 0, 0.5, 0.999, 0.9999, 1].map((successRate) => successOf({ successRate }))).toEqual([
    undefined,
    '0 %',
    '50 %',
    '99.9 %',
    '99.9 %',
    '100 %',
  ]);
});

test('executors and errors are said in words', () => {
  expect(executorOf(agent().spec)).toBe('built-in skills, no language model');
  expect(hintFor('The address 127.0.0.1:9 is private and not on the list of allowed hosts.')).toContain(
    'CADRE_ALLOW_HOSTS=127.0.0.1:9 ',
  );
  expect(hintFor('Something else')).toBeUndefined();
});

test('a role may do what lower ones may, never more', () => {
  expect([
    mayDo('viewer', 'operator'),
    mayDo('operator', 'operator'),
    mayDo('owner', 'admin'),
    mayDo('operator', 'admin'),
  ]).toEqual([false, true, true, false]);
});
