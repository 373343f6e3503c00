import { z } from 'zod';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import type { Store } from '../platform/store/transaction.ts';
import { selectTriggers } from '../platform/store/triggers.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import { TRIGGER_KINDS, toTrigger, triggerFields, triggerSchema } from './trigger.ts';
import {
  changeTrigger,
  createTrigger,
  find,
  pauseTrigger,
  removeTrigger,
  resumeTrigger,
  type TriggerNeeds,
} from './trigger-save.ts';

type Needs = TriggerNeeds & { store: Store };

/** A trigger with the secret of a webhook, which is shown this once. */
const savedSchema = triggerSchema.extend({ secret: z.string().nullable() });
const PER_MINUTE = 60;

/** What people can do with triggers. They hand out a way in that outlives a key, so an admin makes them. */
export const triggerOperations = [
  operation({
    name: 'triggers.create',
    summary: 'Has a task submitted for each signed webhook, file dropped into a folder, or event of the log.',
    route: { method: 'POST', path: '/triggers', status: 201, shownOnce: ['secret'] },
    permission: 'admin',
    effect: 'write',
    input: z.object({
      ...triggerFields,
      kind: z.enum(TRIGGER_KINDS),
      eventType: triggerFields.eventType.optional(),
      condition: triggerFields.condition.optional(),
      perMinute: triggerFields.perMinute.default(PER_MINUTE),
    }),
    output: savedSchema,
    example: { name: 'new-invoice', kind: 'file', task: { goal: 'Extract every amount with its source' } },
    run: (needs: Needs, caller, input) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const { row, secret } = await createTrigger(tx, needs, caller, input);
        const trigger = toTrigger(row);
        await keepAnswer(tx, caller, 201, { ...trigger, secret: null });
        return { ...trigger, secret };
      }),
  }),
  operation({
    name: 'triggers.list',
    summary: 'Triggers with what became of their firings, newest first; filter by kind or status.',
    route: { method: 'GET', path: '/triggers' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      kind: z.enum(TRIGGER_KINDS).optional(),
      status: z.enum(['active', 'paused']).optional(),
      ...pagesUpTo(200),
    }),
    output: pageOf(triggerSchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, input) =>
      readPage(store, caller, input, selectTriggers, (_tx, rows) => rows.map(toTrigger)),
  }),
  operation({
    name: 'triggers.get',
    summary: 'One trigger, by id or name; never with its secret.',
    route: { method: 'GET', path: '/triggers/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: triggerSchema,
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) =>
      store.read(caller.tenantId, async (tx) => toTrigger(await find(tx, id))),
  }),
  operation({
    name: 'triggers.change',
    summary: 'Changes a trigger; what is not given stays. `rotate` gives a webhook another secret.',
    route: { method: 'PATCH', path: '/triggers/{id}' },
    permission: 'admin',
    effect: 'write',
    input: z.object({
      id: z.string(),
      ...z.object(triggerFields).partial().shape,
      rotate: z.stringbool().or(z.boolean()).default(false),
    }),
    output: savedSchema,
    example: { id: someId, perMinute: 10 },
    run: (needs: Needs, caller, { id, ...changes }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const { row, secret } = await changeTrigger(tx, needs, caller, id, changes);
        return { ...toTrigger(row), secret };
      }),
  }),
  operation({
    name: 'triggers.delete',
    summary: 'Ends a trigger. The tasks that it submitted stay.',
    route: { method: 'DELETE', path: '/triggers/{id}' },
    permission: 'admin',
    effect: 'destroy',
    input: byId,
    output: triggerSchema,
    example: { id: someId },
    run: (needs: Needs, caller, { id }) =>
      needs.store.write(caller.tenantId, async (tx) => toTrigger(await removeTrigger(tx, needs, caller, id))),
  }),
  ...(
    [
      ['pause', 'Lets a trigger rest; what comes meanwhile is not made up for.', pauseTrigger],
      ['resume', 'Lets a paused trigger go on from now.', resumeTrigger],
    ] as const
  ).map(([verb, summary, work]) =>
    operation({
      name: `triggers.${verb}`,
      summary,
      route: { method: 'POST', path: `/triggers/{id}/${verb}` },
      permission: 'admin',
      effect: 'write',
      input: byId,
      output: triggerSchema,
      example: { id: someId },
      run: (needs: Needs, caller, { id }) =>
        needs.store.write(caller.tenantId, async (tx) => {
          const trigger = toTrigger(await work(tx, needs, caller, id));
          await keepAnswer(tx, caller, 200, trigger);
          return trigger;
        }),
    }),
  ),
];
