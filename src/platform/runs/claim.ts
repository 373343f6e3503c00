import {
  claimForOnlyTenant,
  claimRuns,
  selectCandidates,
  selectDemand,
  selectPendingTenants,
  type TenantDemand,
  tryClaimTurn,
} from '../store/runs.ts';
import type { RunRow } from '../store/schema.ts';
import type { Tx } from '../store/transaction.ts';
import type { Due } from './runs.ts';

/** How far each tenant has been served: runs claimed per weight, as one worker remembers it. */
export type Turns = Map<string, number>;

/**
 * Shares `slots` between tenants by weight, so that one who queues 10,000 runs cannot keep out one who queues 10
 * (GUARANTEES P10). The next slot goes to the tenant that was served least per weight (stride scheduling), but one
 * whose running work already fills its share of all places comes after the others: short runs of one tenant do not
 * wait behind long ones of another. Advances `turns`; a tenant that comes back starts with the least served.
 */
export function shareSlots(
  demand: readonly TenantDemand[],
  slots: number,
  turns: Turns,
): Map<string, number> {
  const open = demand.filter((tenant) => tenant.room > 0);
  takeTurns(open, turns);
  const weights = open.reduce((sum, tenant) => sum + tenant.weight, 0);
  const places = open.reduce((sum, tenant) => sum + tenant.running, slots);
  const shares = new Map<string, number>();
  for (let slot = 0; slot < slots; slot += 1) {
    let best: { tenant: TenantDemand; isOver: boolean; turn: number } | undefined;
    for (const tenant of open) {
      const given = shares.get(tenant.id) ?? 0;
      if (given >= tenant.room) continue;
      const isOver = tenant.running + given >= (places * tenant.weight) / weights;
      const turn = turns.get(tenant.id) ?? 0;
      const isBetter = !best || (isOver === best.isOver ? turn < best.turn : best.isOver);
      if (isBetter) best = { tenant, isOver, turn };
    }
    if (!best) break;
    shares.set(best.tenant.id, (shares.get(best.tenant.id) ?? 0) + 1);
    turns.set(best.tenant.id, best.turn + 1 / best.tenant.weight);
  }
  return shares;
}

/** Forgets tenants without work and lets new ones join at the least turn of the others. */
function takeTurns(open: readonly TenantDemand[], turns: Turns): void {
  const ids = new Set(open.map((tenant) => tenant.id));
  for (const id of [...turns.keys()]) if (!ids.has(id)) turns.delete(id);
  const least = turns.size > 0 ? Math.min(...turns.values()) : 0;
  for (const id of ids) if (!turns.has(id)) turns.set(id, least);
}

/** What a worker remembers between claims: whether one tenant seems to have all the work, and whose turn it is. */
export interface ClaimMemory {
  sole: boolean;
  readonly turns: Turns;
}

export interface ClaimOptions {
  slots: number;
  kinds: string[];
  owner: string;
  leaseTtlMs: number;
  /** Only of these. */
  among?: string[];
}

/** Claims while one tenant has all the work. Others that come later join it as equals: turns are forgotten. */
async function claimAlone(tx: Tx, options: ClaimOptions, memory: ClaimMemory): Promise<RunRow[]> {
  const rows = await claimForOnlyTenant(tx, options);
  if (rows.length > 0) memory.turns.clear();
  return rows;
}

/** Claims up to `slots` due runs: tenants by fairness, then priority, then age. */
export async function claim(tx: Tx, options: ClaimOptions, memory: ClaimMemory): Promise<RunRow[]> {
  if (memory.sole) {
    const rows = await claimAlone(tx, options, memory);
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
  const chosen = [...shareSlots(real, options.slots, memory.turns)].flatMap(([id, share]) =>
    (queues.get(id) ?? []).slice(0, share),
  );
  const rows = await claimRuns(tx, chosen, options.owner, options.leaseTtlMs);
  memory.sole = demand.length === 1;
  return rows;
}

/** What was claimed in a transaction that makes runs due, and whether nothing of that is left. */
export interface Taken {
  rows: RunRow[];
  isAll: boolean;
}

/** Within a transaction, with one writer: whatever is due. */
export async function claimAll(tx: Tx, due: Due, options: ClaimOptions, memory: ClaimMemory): Promise<Taken> {
  const isDue = due.ids.length > 0 || due.others;
  if (!isDue) {
    const pending = await selectPendingTenants(tx);
    if (pending !== 'one') return { rows: [], isAll: pending === 'none' };
  }
  const rows = await claimAlone(tx, options, memory);
  // Nothing claimed of what is due: its agents are busy, or several tenants are to share the places.
  return { rows, isAll: rows.length > 0 || !isDue };
}

/** Within a transaction, with several writers: of what it made due itself, which nobody else can hold. */
export async function claimOwn(tx: Tx, due: Due, options: ClaimOptions, memory: ClaimMemory): Promise<Taken> {
  if (!(await tryClaimTurn(tx))) return { rows: [], isAll: false };
  const rows = await claimAlone(tx, { ...options, among: due.ids }, memory);
  return { rows, isAll: !due.others && rows.length === due.ids.length };
}
