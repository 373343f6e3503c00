import type { EventLog } from '../platform/events/events.ts';
import { selectCallable, selectPrices } from '../platform/store/models.ts';
import { selectProvider, selectProviders, updateHealth } from '../platform/store/providers.ts';
import type { ModelPriceRow, ProviderRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import type { Secrets } from '../tenants/secret-vault.ts';
import { kindOf } from './places.ts';
import type { ConnectedModel, ConnectedProvider, Registry } from './registry.ts';
import { toModelInfo } from './view.ts';

interface Needs {
  store: Store;
  events: EventLog;
  secrets: Secrets;
}

/** Providers of one tenant. */
export const PROVIDER_LIMIT = 50;

/** What each tenant may call, read anew each time: what a person changes holds from the next call on. */
export function createRegistry({ store, events, secrets }: Needs): Registry {
  return {
    models: (tenantId) =>
      store.read(tenantId, async (tx) => {
        const rows = await selectCallable(tx);
        if (rows.length === 0) return [];
        const connections = await connect(tx, secrets);
        const prices = await pricesOf(tx, rows);
        return rows.flatMap((row): ConnectedModel[] => {
          const connection = connections.get(row.provider_id);
          return connection ? [{ ...toModelInfo(row, prices.get(row.id) ?? []), connection }] : [];
        });
      }),
    async noteHealth(tenantId, providerId, health) {
      // Most calls show what the last one did: then nothing is written, and no lock is taken.
      const before = await store.read(tenantId, (tx) => selectProvider(tx, providerId));
      if (!before || isKnown(before, health)) return;
      await store.write(tenantId, async (tx) => {
        const row = await selectProvider(tx, providerId);
        if (!row || !(await updateHealth(tx, providerId, health)) || row.is_up === (health.isUp ? 1 : 0))
          return;
        if (row.is_up === null && health.isUp) return; // that a new one answers is no news
        const data = { providerId, provider: row.name, isUp: health.isUp, because: health.because };
        await events.append(tx, [{ tenantId, type: 'provider.health-changed', data }]);
      });
    },
  };
}

function isKnown(row: ProviderRow, { isUp, because }: { isUp: boolean; because: string }): boolean {
  return row.is_up === (isUp ? 1 : 0) && (isUp || row.health_because === because);
}

/** The enabled providers of the tenant with their keys opened, by id. */
async function connect(tx: TenantTx, secrets: Secrets): Promise<Map<string, ConnectedProvider>> {
  const rows = await selectProviders(tx, { enabled: true, limit: PROVIDER_LIMIT });
  const keys = await secrets.open(
    tx,
    rows.flatMap((row) => row.secret_id ?? []),
  );
  return new Map(rows.map((row) => [row.id, toConnection(row, keys)]));
}

/** A provider with its key, for who calls it. */
export function toConnection(row: ProviderRow, keys: ReadonlyMap<string, string>): ConnectedProvider {
  return {
    id: row.id,
    name: row.name,
    kind: kindOf(row),
    baseUrl: row.base_url,
    key: row.secret_id === null ? null : (keys.get(row.secret_id) ?? null),
    position: row.position,
  };
}

/** The prices of these models, by model, oldest first. */
export async function pricesOf(
  tx: TenantTx,
  models: ReadonlyArray<{ id: string }>,
): Promise<Map<string, ModelPriceRow[]>> {
  const ids = models.map(({ id }) => id);
  return Map.groupBy(await selectPrices(tx, ids), (row) => row.model_id);
}
