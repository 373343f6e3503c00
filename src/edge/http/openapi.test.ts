import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { bodyOf, notesDoor } from '../../../test/support/door.ts';
import { catalogue } from '../../platform/kernel/errors.ts';

test('every operation is in the OpenAPI document with parameters, body, answer and error', async () => {
  const { ask } = notesDoor();
  const document = await bodyOf(ask('GET /openapi.json', { key: null }));
  expect(document.openapi).toBe('3.1.0');
  const show = document.paths['/api/v1/notes/{id}'].get;
  expect(show).toMatchObject({ operationId: 'notes.show', 'x-permission': 'viewer' });
  expect(show.parameters).toEqual([{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }]);
  const create = document.paths['/api/v1/notes'].post;
  expect(create.requestBody.content['application/json'].schema.required).toEqual(['text']);
  expect(create.parameters.map((each: { name: string }) => each.name)).toContain('Idempotency-Key');
  expect(Object.keys(create.responses)).toEqual(['201', 'default']);
  expect(document.paths['/api/v1/notes'].get.parameters.map((each: { name: string }) => each.name)).toEqual([
    'limit',
    'loud',
    'words',
    'title',
  ]);
  const files = document.paths['/api/v1/notes/{id}/files'].post.requestBody.content['multipart/form-data'];
  expect(files.schema.properties.files.items.format).toBe('binary');
  expect(document.paths['/api/v1/notes/events'].get.responses['200'].content).toHaveProperty([
    'text/event-stream',
  ]);
  expect(document.components.schemas.Problem.properties).toHaveProperty('hint');
});

test('the documentation needs no network: no script, no address elsewhere, and its style fits the policy', async () => {
  const { ask } = notesDoor();
  for (const path of ['/docs', '/docs/errors']) {
    const answer = await ask(`GET ${path}`, { key: null });
    const text = await answer.text();
    expect(text).not.toMatch(/<script|https?:\/\/|@import|url\(/);
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(answer.headers.get('content-security-policy')).toContain(`'sha256-${hash}'`);
  }
});

test('the documentation shows each operation as a command that can be pasted', async () => {
  const { ask } = notesDoor();
  const text = (await (await ask('GET /docs', { key: null })).text())
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'");
  expect(text).toContain('curl "$CADRE_URL/api/v1/notes/note-1"');
  expect(text).toContain('curl "$CADRE_URL/api/v1/notes?limit=5"');
  expect(text).toContain(`curl -X POST "$CADRE_URL/api/v1/notes"`);
  expect(text).toContain(`-d '{"text":"hello"}'`);
  expect(text).toContain('-F files=@letter.pdf');
  expect(text).toContain('curl -N "$CADRE_URL/api/v1/notes/events"');
});

test('every code of the catalogue has its anchor on the page that problems link to', async () => {
  const { ask } = notesDoor();
  const text = await (await ask('GET /docs/errors', { key: null })).text();
  for (const code of Object.keys(catalogue)) expect(text).toContain(`<tr id="${code}">`);
});
