import {
  claimForSoleTenant,
  claimRuns,
  selectCandidates,
  selectDemand,
  type TenantDemand,
} from '../store/runs.ts';
import type { RunRow } from '../store/schema.ts';
import type { Tx } from '../store/transaction.ts';

/**
 * Shares `slots` between tenants by weight: each next slot goes to the tenant with the least running per weight,
 * so that one who queues 10,000 runs cannot keep out one who queues 10 (GUARANTEES P10). Pure.
 */
export function shareSlots(demand: readonly TenantDemand[], slots: number): Map<string, number> {
  const shares = new Map<string, number>();
  const open = demand.filter((tenant) => tenant.room > 0);
  for (let slot = 0; slot < slots; slot += 1) {
    let best: TenantDemand | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const tenant of open) {
      const given = shares.get(tenant.id) ?? 0;
      if (given >= tenant.room) continue;
      const load = (tenant.running + given + 1) / tenant.weight;
      if (load < least) {
        least = load;
        best = tenant;
      }
    }
    if (!best) break;
    shares.set(best.id, (shares.get(best.id) ?? 0) + 1);
  }
  return shares;
}

/** What a worker remembers between claims: whether the house seems to have one tenant only. */
export interface ClaimMemory {
  sole: boolean;
}

/** Claims up to `slots` due runs: tenants by fairness, then priority, then age. */
export async function claim(
  tx: Tx,
  options: { slots: number; kinds: string[]; owner: string; leaseTtlMs: number },
  memory: ClaimMemory,
): Promise<RunRow[]> {
  if (memory.sole) {
    const rows = await claimForSoleTenant(tx, options);
    if (rows.length > 0) return rows;
  }
  const demand = await selectDemand(tx);
  if (demand.length === 0) return [];
  // A tenant may have less due work than its share; asking for all slots lets the others take the rest.
  const queues = new Map<string, string[]>();
  for (const { id, room } of demand) {
    queues.set(id, await selectCandidates(tx, id, options.kinds, Math.min(options.slots, room)));
  }
  const real = demand.map((tenant) => ({ ...tenant, room: queues.get(tenant.id)?.length ?? 0 }));
  const chosen = [...shareSlots(real, options.slots)].flatMap(([id, share]) =>
    (queues.get(id) ?? []).slice(0, share),
  );
  const rows = await claimRuns(tx, chosen, options.owner, options.leaseTtlMs);
  memory.sole = demand.length === 1;
  return rows;
}
