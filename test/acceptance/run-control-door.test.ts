import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/edge/http/server.ts';
import { operations } from '../../src/operations.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { addScripted, slowTurns } from '../support/scripted.ts';
import { onEveryStore } from '../support/stores.ts';

const CONTROLS = [
  'tasks.pause',
  'tasks.resume',
  'tasks.terminate',
  'tasks.change',
  'tasks.command',
  'tasks.commands',
  'tasks.controls',
  'tasks.checkpoints',
  'checkpoints.get',
  'checkpoints.create',
  'acts.list',
  'acts.decide',
  'controlRules.list',
  'controlRules.create',
  'controlRules.change',
  'controlRules.remove',
];

/** S10 at the door: run control over REST, for those who may. */
onEveryStore('run control over HTTP (S10)', (dialect) => {
  let home: TestHouse;
  let server: HttpServer;
  let operator = '';
  let id = '';
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    server = await serveHttp(home.house, operations);
    operator = (await home.call<{ key: string }>('keys.create', { name: 'Ola', role: 'operator' })).key;
    await addScripted(home, 'Slow', slowTurns(100), { timeoutMs: 600_000 });
    ({ id } = await home.call<{ id: string }>('tasks.submit', { goal: 'slowly', capability: 'slow.work' }));
    await until(async () => (await tell('GET', `/tasks/${id}`)).json.status === 'running', 'its start');
  });
  afterAll(async () => {
    await server?.close();
    await home?.close();
  });

  async function tell(method: string, path: string, body?: object, key: string | undefined = operator) {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        ...(key && { authorization: `Bearer ${key}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const json: Record<string, unknown> & { code?: string } = JSON.parse(await answer.text());
    return { status: answer.status, json };
  }

  it.each(CONTROLS)('%s answers 401 to one without a key, and does nothing', async (name) => {
    const found = operations.find((operation) => operation.name === name);
    if (!found) throw new Error(`no operation ${name}`);
    const { method, path } = found.route;
    const { id: _id, ...body } = found.example as Record<string, unknown>; // an input is an object
    const answer = await tell(method, path.replace('{id}', id), method === 'GET' ? undefined : body, '');
    expect([answer.status, answer.json.code]).toEqual([401, 'auth/required']);
    expect((await tell('GET', `/tasks/${id}`)).json).toMatchObject({ status: 'running', priority: 50 });
  });

  it('the twin: with a key it pauses, changes, commands and resumes', async () => {
    expect((await tell('POST', `/tasks/${id}/pause`, { reason: 'tea' })).json.status).toBe('paused');
    expect((await tell('POST', `/tasks/${id}/pause`, {})).status).toBe(409);
    expect((await tell('PATCH', `/tasks/${id}`, { model: 'large' })).json.model).toBe('large');
    const done = await tell('POST', `/tasks/${id}/commands`, {
      command: 'reprioritise',
      arguments: { priority: 'high' },
    });
    expect([done.status, done.json.status]).toEqual([200, 'done']);
    const denied = await tell('POST', `/tasks/${id}/commands`, { command: 'rm -rf /' });
    expect([denied.status, denied.json.code]).toEqual([403, 'control/denied-command']);
    const bypass = await tell('PATCH', `/tasks/${id}`, { permissionMode: 'bypassPermissions' });
    expect([bypass.status, bypass.json.code]).toEqual([403, 'control/mode-owner-only']);
    expect((await tell('POST', `/tasks/${id}/resume`, {})).json.status).toBe('running');
    const seen = await tell('GET', '/task-controls?includeHistory=true');
    expect(seen.json.counts).toMatchObject({ running: 1, paused: 0 });
    expect((await tell('POST', `/tasks/${id}/terminate`, {})).json.status).toBe('terminated');
  });
});
