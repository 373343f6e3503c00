import { z } from 'zod';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import { selectProviders } from '../platform/store/providers.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import {
  changeProvider,
  connectProvider,
  findProvider,
  type Looked,
  lookAt,
  type ProviderNeeds,
  removeProvider,
} from './connect.ts';
import { PROVIDER_KINDS, type Registry } from './registry.ts';
import { providerSchema, toProvider } from './view.ts';

type Needs = ProviderNeeds & { registry: Registry };

const flag = z.stringbool().or(z.boolean());
const fields = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens')
    .describe('As models are named by it: `name/model`. The kind when absent.'),
  baseUrl: z
    .string()
    .max(500)
    .describe('Address of the API, such as http://127.0.0.1:11434/v1. Where the kind lives when absent.'),
  apiKey: z
    .string()
    .trim()
    .min(1)
    .max(2_000)
    .regex(/^[\x21-\x7e]+$/, 'visible ASCII characters only')
    .meta({ writeOnly: true })
    .describe('Kept sealed and never shown.'),
  position: z.int().min(0).max(10_000).describe('Place in the order of fallback, lowest first.'),
  check: flag
    .default(true)
    .describe('Ask it for its models first, which shows that address and key are right; the default.'),
};

const lookedSchema = providerSchema.extend({
  /** Models that were added by this look. */
  added: z.array(z.string()),
  /** Models that the provider named. */
  listed: z.int(),
  /** Those that Cadre knows nothing of and did not add; `providers.discover` with `all` adds them, disabled. */
  leftOut: z.int(),
});
const toLooked = ({ row, added, listed, leftOut }: Looked) => ({
  ...toProvider(row),
  added,
  listed,
  leftOut,
});

/** What people can do with providers of language models. Nobody, whatever the role, is ever shown a key. */
export const providerOperations = [
  operation({
    name: 'providers.create',
    summary: 'Connects a provider of language models, and says which models it found there.',
    route: { method: 'POST', path: '/providers', status: 201 },
    permission: 'admin',
    effect: 'write',
    input: z.object({
      kind: z.enum(PROVIDER_KINDS),
      name: fields.name.optional(),
      baseUrl: fields.baseUrl.optional(),
      apiKey: fields.apiKey.optional(),
      fromEnvironment: flag
        .default(false)
        .describe('Take the key of this kind from the environment of the server.'),
      position: fields.position.optional(),
      check: fields.check,
    }),
    output: lookedSchema,
    example: {
      kind: 'openai-compatible',
      name: 'ollama',
      baseUrl: 'http://127.0.0.1:11434/v1',
      check: false,
    },
    async run(needs: Needs, caller, input) {
      return toLooked(
        await connectProvider(needs, caller, input, (tx, looked) =>
          keepAnswer(tx, caller, 201, toLooked(looked)),
        ),
      );
    },
  }),
  operation({
    name: 'providers.list',
    summary: 'Connected providers with their health, newest first; never with their keys.',
    route: { method: 'GET', path: '/providers' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ kind: z.enum(PROVIDER_KINDS).optional(), enabled: flag.optional(), ...pagesUpTo(200) }),
    output: pageOf(providerSchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, input) =>
      readPage(store, caller, input, selectProviders, (_tx, rows) => rows.map(toProvider)),
  }),
  operation({
    name: 'providers.get',
    summary: 'One provider by id or name, with its health; never with its key.',
    route: { method: 'GET', path: '/providers/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: providerSchema,
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) =>
      store.read(caller.tenantId, async (tx) => toProvider(await findProvider(tx, id))),
  }),
  operation({
    name: 'providers.change',
    summary: 'Changes a provider; what is not given stays. Another key or address is tried first.',
    route: { method: 'PATCH', path: '/providers/{id}' },
    permission: 'admin',
    effect: 'write',
    input: z.object({
      id: z.string(),
      name: fields.name.optional(),
      baseUrl: fields.baseUrl.optional(),
      apiKey: fields.apiKey.optional(),
      position: fields.position.optional(),
      enabled: flag.optional(),
      check: fields.check,
    }),
    output: providerSchema,
    example: { id: someId, enabled: false },
    run: async (needs: Needs, caller, { id, ...change }) =>
      toProvider(await changeProvider(needs, caller, id, change)),
  }),
  operation({
    name: 'providers.check',
    summary: 'Asks a provider whether it answers, and notes it as its health.',
    route: { method: 'POST', path: '/providers/{id}/check' },
    permission: 'admin',
    effect: 'write',
    input: byId,
    output: lookedSchema,
    example: { id: someId },
    run: async (needs: Needs, caller, { id }) =>
      toLooked(await lookAt(needs, caller, id, { all: false, adds: false })),
  }),
  operation({
    name: 'providers.discover',
    summary:
      'Asks a provider for its models and adds those that are new; `all` also adds those nobody knows, disabled.',
    route: { method: 'POST', path: '/providers/{id}/discover' },
    permission: 'admin',
    effect: 'write',
    input: byId.extend({ all: flag.default(false) }),
    output: lookedSchema,
    example: { id: someId },
    run: async (needs: Needs, caller, { id, all }) =>
      toLooked(await lookAt(needs, caller, id, { all, adds: true })),
  }),
  operation({
    name: 'providers.remove',
    summary:
      'Removes a provider with its key and models; refused while agents or open tasks name them, unless forced.',
    route: { method: 'DELETE', path: '/providers/{id}' },
    permission: 'admin',
    effect: 'destroy',
    input: byId.extend({ force: flag.default(false) }),
    output: providerSchema,
    example: { id: someId },
    run: (needs: Needs, caller, { id, force }) =>
      needs.store.write(caller.tenantId, async (tx) =>
        toProvider(await removeProvider(needs, tx, caller, id, force)),
      ),
  }),
];
