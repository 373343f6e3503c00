import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { ROLES } from '../platform/kernel/operation.ts';
import type { AccessKeyRow, TenantRow } from '../platform/store/schema.ts';

/** Names are lower-case ASCII, so that no two tenants look alike. */
export const tenantName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use 1 to 63 lower-case letters, digits and dashes');

export const role = z.enum(ROLES);

export const tenant = z.object({
  id: z.string(),
  name: z.string(),
  weight: z.int().describe('Share of the workers when several tenants have work waiting.'),
  maxRunning: z.int().describe('Runs of this tenant at the same time, over all workers.'),
  createdAt: z.iso.datetime(),
});

export const key = z.object({
  id: z.string(),
  name: z.string(),
  role,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});

export const madeKey = key.extend({
  key: z.string().nullable().describe('The key itself. Shown once; null when a request is repeated.'),
});

/** Paging of every list: newest first, `cursor` from the page before. */
export const paging = {
  limit: z.int().min(1).max(200).default(50),
  cursor: z.string().max(100).optional(),
};

export function toTenant(row: TenantRow): z.output<typeof tenant> {
  return {
    id: row.id,
    name: row.name,
    weight: row.weight,
    maxRunning: row.max_running,
    createdAt: toRfc3339(row.created_at),
  };
}

export function toKey(row: AccessKeyRow): z.output<typeof key> {
  const time = (ms: number | null) => (ms === null ? null : toRfc3339(ms));
  return {
    id: row.id,
    name: row.name,
    role: role.parse(row.role),
    createdAt: toRfc3339(row.created_at),
    expiresAt: time(row.expires_at),
    lastUsedAt: time(row.last_used_at),
    revokedAt: time(row.revoked_at),
  };
}
