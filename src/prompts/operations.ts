import { z } from 'zod';
import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { type Caller, operation } from '../platform/kernel/operation.ts';
import { selectLastVersions, selectVersions } from '../platform/store/prompts.ts';
import type { Store } from '../platform/store/transaction.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { pageOf, pagesUpTo } from '../tenants/page.ts';
import { type Kind, nameSchema, promptSchema, render, toPrompt, variablesSchema } from './prompt.ts';
import { archive, findUsable, findVersion, SHELVES, saveVersion } from './save.ts';

interface Needs {
  store: Store;
  events: EventLog;
}

const version = z.coerce.number().int().min(1).optional();
const draftSchema = z.object({
  name: nameSchema,
  /** Variables are names in double braces: `{{topic}}`. */
  body: z.string().min(1).max(40_000),
  description: z.string().trim().max(500).default(''),
});
const savedSchema = promptSchema.extend({
  /** False: the last version had this very content, and is the answer. */
  created: z.boolean(),
});
const listSchema = z.object({
  /** Name of the last one of the page before. */
  ...pagesUpTo(200),
  /** Also those that were archived. */
  archived: z.stringbool().or(z.boolean()).default(false),
});
const pageSchema = pageOf(promptSchema);
/** One version, with what there is of others, newest first. */
const shownSchema = promptSchema.extend({
  versions: z.array(
    promptSchema.pick({ version: true, createdBy: true, createdAt: true, contentHash: true }),
  ),
});
const VERSIONS_SHOWN = 200;
const renderedSchema = z.object({
  name: z.string(),
  version: z.number().int(),
  text: z.string(),
});

function save(kind: Kind) {
  return (needs: Needs, caller: Caller, draft: z.output<typeof draftSchema>) =>
    needs.store.write(caller.tenantId, async (tx) => {
      const { row, created } = await saveVersion(tx, needs, kind, draft, caller.actor.name);
      const answer = { ...toPrompt(row), created };
      await keepAnswer(tx, caller, 200, answer);
      return answer;
    });
}

function list(kind: Kind) {
  return ({ store }: Needs, caller: Caller, { cursor, limit, archived }: z.output<typeof listSchema>) =>
    store.read(caller.tenantId, async (tx) => {
      if (cursor !== undefined && !nameSchema.safeParse(cursor).success)
        throw new CadreError('request/bad-cursor', { cursor });
      const rows = await selectLastVersions(tx, SHELVES[kind], { after: cursor, archived, limit: limit + 1 });
      const items = rows.slice(0, limit).map(toPrompt);
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.name ?? null) : null };
    });
}

function show(kind: Kind) {
  return ({ store }: Needs, caller: Caller, wanted: { name: string; version?: number | undefined }) =>
    store.read(caller.tenantId, async (tx) => {
      const row = await findVersion(tx, kind, wanted.name, wanted.version);
      const rows = await selectVersions(tx, SHELVES[kind], wanted.name, VERSIONS_SHOWN);
      return { ...toPrompt(row), versions: rows.map(toPrompt) };
    });
}

function remove(kind: Kind) {
  return (needs: Needs, caller: Caller, { name }: { name: string }) =>
    needs.store.write(caller.tenantId, async (tx) =>
      toPrompt(await archive(tx, needs, kind, name, caller.actor.name)),
    );
}

/** What people and agents can do with prompts and templates. */
export const promptOperations = [
  operation({
    name: 'prompts.save',
    summary: 'Saves a prompt as its next version; the same content again makes no new one.',
    route: { method: 'POST', path: '/prompts' },
    permission: 'operator',
    effect: 'write',
    input: draftSchema,
    output: savedSchema,
    example: { name: 'summary', body: 'Summarise {{text}} in {{sentences}} sentences.' },
    run: save('prompt'),
  }),
  operation({
    name: 'prompts.list',
    summary: 'Prompts in their last version, by name.',
    route: { method: 'GET', path: '/prompts' },
    permission: 'viewer',
    effect: 'read',
    input: listSchema,
    output: pageSchema,
    example: { limit: 10 },
    run: list('prompt'),
  }),
  operation({
    name: 'prompts.get',
    summary: 'One prompt in its last version, or in the one you name, and who made each version.',
    route: { method: 'GET', path: '/prompts/{name}' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ name: z.string().max(80), version }),
    output: shownSchema,
    example: { name: 'delegation' },
    run: show('prompt'),
  }),
  operation({
    name: 'prompts.render',
    summary: 'Fills the variables of a prompt and shows the text; keeps nothing.',
    // Values are long and private: they belong into a body, not into an address.
    route: { method: 'POST', path: '/prompts/{name}/render' },
    permission: 'viewer',
    effect: 'write',
    input: z.object({ name: z.string().max(80), version, variables: variablesSchema.default({}) }),
    output: renderedSchema,
    example: { name: 'ping', variables: {} },
    run: ({ store }: Needs, caller, { name, version: wanted, variables }) =>
      store.read(caller.tenantId, async (tx) => {
        const row = await findUsable(tx, 'prompt', name, wanted);
        return { name, version: row.version, text: render('prompt', row, variables) };
      }),
  }),
  operation({
    name: 'prompts.remove',
    summary: 'Archives a prompt: nobody uses it any more; its versions stay, and saving it brings it back.',
    route: { method: 'DELETE', path: '/prompts/{name}' },
    permission: 'operator',
    effect: 'write',
    input: z.object({ name: z.string().max(80) }),
    output: promptSchema,
    example: { name: 'ping' },
    run: remove('prompt'),
  }),
  operation({
    name: 'templates.save',
    summary: 'Saves a template as its next version; the same content again makes no new one.',
    route: { method: 'POST', path: '/templates' },
    permission: 'operator',
    effect: 'write',
    input: draftSchema,
    output: savedSchema,
    example: { name: 'role', body: 'You are {{role}}. Do this: {{task}}' },
    run: save('template'),
  }),
  operation({
    name: 'templates.list',
    summary: 'Templates in their last version, by name.',
    route: { method: 'GET', path: '/templates' },
    permission: 'viewer',
    effect: 'read',
    input: listSchema,
    output: pageSchema,
    example: { limit: 10 },
    run: list('template'),
  }),
  operation({
    name: 'templates.get',
    summary: 'One template in its last version, or in the one you name, and who made each version.',
    route: { method: 'GET', path: '/templates/{name}' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ name: z.string().max(80), version }),
    output: shownSchema,
    example: { name: 'review' },
    run: show('template'),
  }),
  operation({
    name: 'templates.use',
    summary:
      'Makes a text from a template, and with `saveAs` a prompt; braces in values become its variables.',
    route: { method: 'POST', path: '/templates/{name}/use' },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      name: z.string().max(80),
      version,
      variables: variablesSchema.default({}),
      /** Name of the prompt that is made of it. */
      saveAs: nameSchema.optional(),
      description: draftSchema.shape.description,
    }),
    output: renderedSchema.extend({ prompt: savedSchema.nullable() }),
    example: {
      name: 'review',
      variables: { task: 'a summary', result: '{{result}}', criteria: 'names and numbers' },
      saveAs: 'review-summary',
    },
    run: ({ store, events }: Needs, caller, { name, version: wanted, variables, saveAs, description }) =>
      store.write(caller.tenantId, async (tx) => {
        const row = await findUsable(tx, 'template', name, wanted);
        const text = render('template', row, variables);
        const draft = { name: saveAs ?? '', body: text, description };
        const saved =
          saveAs === undefined
            ? undefined
            : await saveVersion(tx, { events }, 'prompt', draft, caller.actor.name);
        const prompt = saved ? { ...toPrompt(saved.row), created: saved.created } : null;
        const answer = { name, version: row.version, text, prompt };
        await keepAnswer(tx, caller, 200, answer);
        return answer;
      }),
  }),
  operation({
    name: 'templates.remove',
    summary: 'Archives a template: nobody uses it any more; its versions stay, and saving it brings it back.',
    route: { method: 'DELETE', path: '/templates/{name}' },
    permission: 'operator',
    effect: 'write',
    input: z.object({ name: z.string().max(80) }),
    output: promptSchema,
    example: { name: 'review' },
    run: remove('template'),
  }),
];
