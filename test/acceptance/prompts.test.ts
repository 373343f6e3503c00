import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../src/messages/message.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import type { Caller } from '../../src/platform/kernel/operation.ts';
import { insertTenant } from '../../src/platform/store/tenants.ts';
import type { Prompt } from '../../src/prompts/prompt.ts';
import { seedPrompts, settlePrompts } from '../../src/prompts/seed.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { createTestDatabase, onEveryStore } from '../support/stores.ts';

type Saved = Prompt & { created: boolean };
type Kind = 'prompts' | 'templates';

/**
 * Prompts and templates as people use them (FEATURES CO-8): seeded once, versions that never change, rendered as plain
 * text, sent as messages; each with its twin.
 */
onEveryStore('prompts and templates', (dialect) => {
  let home: TestHouse;
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
  });
  afterAll(() => home?.close());

  const names = async (kind: Kind, as?: Partial<Caller>, of = home) =>
    (await of.call<{ items: Prompt[] }>(`${kind}.list`, {}, as)).items.map((one) => one.name);
  const show = (name: string, more: object = {}, of = home) =>
    of.call<Prompt & { versions: Prompt[] }>('prompts.get', { name, ...more });
  const save = (name: string, body: string, more: object = {}) =>
    home.call<Saved>('prompts.save', { name, body, ...more });
  const render = (name: string, variables: object = {}, more: object = {}) =>
    home.call<{ text: string; version: number }>('prompts.render', { name, variables, ...more });
  const refusal = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
    return error.code;
  };
  const PROMPTS = ['collaboration', 'compression-analysis', 'data-pipeline', 'delegation', 'ping'];
  const TEMPLATES = ['question-with-sources', 'review', 'role-and-task'];

  describe('what every tenant begins with', () => {
    it('is five prompts and three templates, told once in the log', async () => {
      expect([await names('prompts'), await names('templates')]).toEqual([PROMPTS, TEMPLATES]);
      const told = await until(async () => {
        const of = (await home.events()).filter((event) => event.type === 'prompt.seeded');
        return of.length > 0 && of;
      }, 'the fact');
      expect(told.map((event) => event.data)).toEqual([{ prompts: 5, templates: 3 }]);
    });

    it('comes with a tenant that is added later, apart from those of others', async () => {
      const other = await home.call<{ id: string }>('tenants.create', { name: 'later' });
      const as = { tenantId: other.id };
      expect([await names('prompts', as), await names('templates', as)]).toEqual([PROMPTS, TEMPLATES]);
      await home.call('prompts.save', { name: 'theirs', body: 'Ours alone' }, as);
      expect(await refusal(show('theirs'))).toBe('prompt/not-found');
      await home.call('prompts.remove', { name: 'ping' }, as);
      expect((await show('ping')).archived).toBe(false);
    });

    it('is added once when many do it at the same time, and to a tenant from before there were prompts', async () => {
      const id = newId();
      const { store, events } = home.house;
      await store.writeAll((tx) => insertTenant(tx, { id, name: 'before', weight: 1, max_running: 10 }));
      // The twin: without seeding there is nothing.
      expect(await names('prompts', { tenantId: id })).toEqual([]);
      await Promise.all([
        settlePrompts({ store, events }),
        settlePrompts({ store, events }),
        store.write(id, (tx) => seedPrompts(tx, { events })),
      ]);
      await settlePrompts({ store, events });
      for (const [kind, expected] of [
        ['prompts', PROMPTS],
        ['templates', TEMPLATES],
      ] as const) {
        const { items } = await home.call<{ items: Prompt[] }>(`${kind}.list`, {}, { tenantId: id });
        expect(items.map((one) => [one.name, one.version])).toEqual(expected.map((name) => [name, 1]));
      }
    });

    it('stays as people made it over further starts, also of two processes at once', async () => {
      const database = await createTestDatabase(dialect);
      try {
        const first = await openTestHouse({ database });
        await first.call('prompts.save', { name: 'ping', body: 'Say {{word}}.' });
        await first.call('prompts.remove', { name: 'delegation' });
        await first.close();
        const second = await openTestHouse({ database });
        const third = dialect === 'postgres' ? await openTestHouse({ database, works: false }) : undefined;
        expect(await show('ping', {}, second)).toMatchObject({ version: 2, body: 'Say {{word}}.' });
        expect(await names('prompts', {}, second)).toEqual(PROMPTS.filter((name) => name !== 'delegation'));
        expect((await show('delegation', {}, second)).versions.length).toBe(1);
        expect(await names('templates', {}, third ?? second)).toEqual(TEMPLATES);
        await third?.close();
        await second.close();
      } finally {
        await database.drop();
      }
    });
  });

  describe('versions', () => {
    it('never change; equal content makes none, and older ones stay usable', async () => {
      const one = await save('greet', 'Hello {{name}}', { description: 'Greets.' });
      expect(one).toMatchObject({ version: 1, created: true, variables: ['name'], createdBy: 'a test' });
      expect(await save('greet', 'Hello {{name}}', { description: 'Greets.' })).toEqual({
        ...one,
        created: false,
      });
      // The twin: other content, if only of the description, is another version.
      expect(await save('greet', 'Hello {{name}}')).toMatchObject({ version: 2, created: true });
      await save('greet', 'Good day, {{name}}');
      expect((await render('greet', { name: 'Ann' })).text).toBe('Good day, Ann');
      expect(await render('greet', { name: 'Ann' }, { version: 1 })).toMatchObject({
        text: 'Hello Ann',
        version: 1,
      });
      const shown = await show('greet', { version: 1 });
      expect([shown.body, shown.versions.map((each) => each.version)]).toEqual(['Hello {{name}}', [3, 2, 1]]);
    });

    it('are numbered without holes when many save at once; the same content at once is one version', async () => {
      const saved = await Promise.all(['a', 'b', 'c', 'd'].map((body) => save('busy', body)));
      expect(saved.map((one) => one.version).sort()).toEqual([1, 2, 3, 4]);
      const same = await Promise.all([1, 2, 3].map(() => save('same', 'the same')));
      expect(same.map((one) => [one.version, one.created]).sort()).toEqual([
        [1, false],
        [1, false],
        [1, true],
      ]);
    });

    it('are archived together and come back with a new save', async () => {
      await save('brief', 'Be brief.');
      expect(await home.call<Prompt>('prompts.remove', { name: 'brief' })).toMatchObject({ archived: true });
      expect(await names('prompts')).not.toContain('brief');
      expect(await refusal(render('brief'))).toBe('prompt/archived');
      expect(await save('brief', 'Be brief.')).toMatchObject({ version: 1, created: false, archived: false });
      expect((await render('brief')).text).toBe('Be brief.');
    });

    it('twin: what cannot be kept or is not there is refused', async () => {
      expect(await refusal(save('bad', 'Hello {{your name}}'))).toBe('prompt/bad-body');
      expect(await refusal(save('bad', 'x'.repeat(20_001)))).toBe('prompt/too-long');
      expect(await refusal(save('Bad Name', 'x'))).toBe('request/invalid');
      expect(await refusal(show('bad'))).toBe('prompt/not-found');
      expect(await refusal(render('ping', {}, { version: 9 }))).toBe('prompt/not-found');
      expect(await refusal(home.call('prompts.remove', { name: 'bad' }))).toBe('prompt/not-found');
      expect(await refusal(home.call('templates.get', { name: 'ping' }))).toBe('prompt/not-found');
      expect(await refusal(home.call('prompts.list', { cursor: '?' }))).toBe('request/bad-cursor');
    });

    it('pages by name', async () => {
      const page = await home.call<{ items: Prompt[]; nextCursor: string | null }>('prompts.list', {
        limit: 2,
      });
      const next = await home.call<{ items: Prompt[] }>('prompts.list', {
        limit: 100,
        cursor: page.nextCursor,
      });
      const all = await names('prompts');
      expect([...page.items, ...next.items].map((one) => one.name)).toEqual(all);
    });
  });

  describe('templates', () => {
    it('make prompts: what a value writes in braces is a variable of the prompt', async () => {
      const used = await home.call<{ text: string; prompt: Saved | null }>('templates.use', {
        name: 'question-with-sources',
        variables: { question: 'Who pays {{amount}}?', sources: 'letter.txt' },
        saveAs: 'who-pays',
      });
      expect(used.prompt).toMatchObject({
        name: 'who-pays',
        version: 1,
        variables: ['amount'],
        created: true,
      });
      expect((await render('who-pays', { amount: 7 })).text).toContain('Question: Who pays 7?');
    });

    it('make a text only, when nothing is to be saved', async () => {
      await home.call('templates.save', { name: 'note', body: 'Note: {{what}}' });
      const used = await home.call<{ text: string; prompt: null }>('templates.use', {
        name: 'note',
        variables: { what: 'milk' },
      });
      expect(used).toMatchObject({ text: 'Note: milk', prompt: null });
      expect(await names('prompts')).not.toContain('note');
      // The twin: it wants what it names, and nothing else.
      expect(await refusal(home.call('templates.use', { name: 'note' }))).toBe('prompt/variable-missing');
      const other = { name: 'note', variables: { what: 1, more: 2 } };
      expect(await refusal(home.call('templates.use', other))).toBe('prompt/variable-unknown');
      await home.call('templates.remove', { name: 'note' });
      expect(await refusal(home.call('templates.use', { name: 'note' }))).toBe('prompt/archived');
    });
  });

  describe('sent as messages', () => {
    const send = (more: object) =>
      home.call<Message>('messages.send', { to: 'Writer', type: 'coordination_request', ...more });

    it('are rendered into the text, and the receiver sees which version made it', async () => {
      await save('ask', 'What is {{what}}?');
      await home.call('agents.create', { name: 'Reads', executor: { kind: 'mailbox' } });
      const prompt = { name: 'ask', variables: { what: 'the {{price}}' } };
      const sent = await send({ to: 'Reads', prompt, payload: { data: { urgent: true } } });
      expect(sent.subject).toBe('What is the {{price}}?');
      expect(sent.payload).toEqual({
        requestType: 'ask',
        data: { urgent: true, text: 'What is the {{price}}?', prompt: { name: 'ask', version: 1 } },
      });
    });

    it('answer by themselves when the built-in agents know the request', async () => {
      const sent = await send({ prompt: { name: 'ping' }, requiresResponse: true });
      const { status } = await home.call<{ status: string }>('messages.reply', {
        id: sent.id,
        waitMs: 20_000,
      });
      expect(status).toBe('answered');
    });

    it('twin: they are refused where there is no place, and when something is missing; nothing is sent', async () => {
      const count = async () =>
        (await home.call<{ items: Message[] }>('messages.list', { limit: 200 })).items.length;
      const before = await count();
      const prompt = { name: 'ask', variables: { what: 'it' } };
      expect(await refusal(send({ prompt, type: 'status_update' }))).toBe('prompt/wrong-place');
      expect(await refusal(send({ prompt, payload: { data: { text: 'mine' } } }))).toBe('prompt/wrong-place');
      expect(await refusal(send({ prompt, payload: { data: 'mine' } }))).toBe('prompt/wrong-place');
      expect(await refusal(send({ prompt: { name: 'ask' } }))).toBe('prompt/variable-missing');
      expect(await refusal(send({ prompt: { ...prompt, version: 7 } }))).toBe('prompt/not-found');
      expect(await count()).toBe(before);
    });
  });
});
