import { z } from 'zod';
import { type Operation, operation } from '../platform/kernel/operation.ts';
import { createKey, createSignInLink, endKey, KEY_DAYS, listKeys } from './keys.ts';
import type { TenantNeeds } from './needs.ts';
import { pageOf } from './page.ts';
import { key, madeKey, paging, role, tenant, tenantName } from './tenant.ts';
import { createTenant, listTenants } from './tenants.ts';
import { whoami, whoamiSchema } from './whoami.ts';

const EXAMPLE_ID = '01941f29-7c00-7000-8000-000000000001';

/** Tenants, keys and sign-in links, as everybody may ask for them. */
export const tenantOperations: Operation<TenantNeeds>[] = [
  operation({
    name: 'tenants.create',
    summary: 'Adds a tenant with a first key for its owner.',
    route: { method: 'POST', path: '/tenants', status: 201, shownOnce: ['ownerKey'] },
    input: z.object({
      name: tenantName,
      weight: z.int().min(1).max(1_000).default(1),
      maxRunning: z.int().min(1).max(100_000).default(1_000),
    }),
    output: tenant.extend({ ownerKey: madeKey.nullable() }),
    permission: 'owner',
    effect: 'write',
    example: { name: 'research' },
    run: (needs: TenantNeeds, caller, input) => createTenant(needs, caller, input),
  }),
  operation({
    name: 'tenants.list',
    summary: 'Lists tenants, newest first. Others than the first tenant see themselves only.',
    route: { method: 'GET', path: '/tenants' },
    input: z.object(paging),
    output: pageOf(tenant),
    permission: 'owner',
    effect: 'read',
    example: { limit: 20 },
    run: (needs: TenantNeeds, caller, input) => listTenants(needs, caller, input),
  }),
  operation({
    name: 'keys.create',
    summary: 'Makes a key. It is shown once.',
    route: { method: 'POST', path: '/keys', status: 201, shownOnce: ['key'] },
    input: z.object({
      name: z.string().trim().min(1).max(100),
      role: role.default('operator'),
      days: z.int().min(1).max(3_650).default(KEY_DAYS).describe('Days until the key ends.'),
    }),
    output: madeKey,
    permission: 'admin',
    effect: 'write',
    example: { name: 'nightly import', role: 'operator' },
    run: (needs: TenantNeeds, caller, input) => createKey(needs, caller, input),
  }),
  operation({
    name: 'keys.list',
    summary: 'Lists keys, newest first, without their secrets.',
    route: { method: 'GET', path: '/keys' },
    input: z.object(paging),
    output: pageOf(key),
    permission: 'admin',
    effect: 'read',
    example: { limit: 20 },
    run: (needs: TenantNeeds, caller, input) => listKeys(needs, caller, input),
  }),
  operation({
    name: 'keys.revoke',
    summary: 'Ends a key at once.',
    route: { method: 'DELETE', path: '/keys/{id}' },
    input: z.object({ id: z.string().min(1).max(100) }),
    output: key,
    permission: 'admin',
    effect: 'destroy',
    example: { id: EXAMPLE_ID },
    run: (needs: TenantNeeds, caller, { id }) => endKey(needs, caller, id),
  }),
  operation({
    name: 'keys.whoami',
    summary: 'Says who you are here: tenant, key or session, role, and when it ends.',
    route: { method: 'GET', path: '/whoami' },
    input: z.object({}),
    output: whoamiSchema,
    permission: 'viewer',
    effect: 'read',
    example: {},
    run: (needs: TenantNeeds, caller) => whoami(needs, caller),
  }),
  operation({
    name: 'keys.signIn',
    summary: 'Makes a link that opens one browser session, once, within the hour.',
    route: { method: 'POST', path: '/keys/sign-in', status: 201, shownOnce: ['path'] },
    input: z.object({ role: role.optional().describe('At most your own; your own when absent.') }),
    output: z.object({
      path: z.string().nullable().describe('Path of the link on this server. Shown once.'),
      role,
      expiresAt: z.iso.datetime(),
    }),
    permission: 'viewer',
    effect: 'write',
    example: {},
    run: (needs: TenantNeeds, caller, input) => createSignInLink(needs, caller, input),
  }),
];
