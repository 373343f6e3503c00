import { readAdvice } from '../energy/advice.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { selectAble } from '../platform/store/agents.ts';
import { together } from '../platform/store/together.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type Assignment, type Candidate, choose, OVER_LIMIT } from './score.ts';

/** An assignment with what the engine needs of the agent. */
export interface Placed extends Assignment {
  agentLimit: number;
  timeoutMs: number;
  maxAttempts: number;
}

/**
 * Chooses an agent for each wanted capability, in order; what is given in this call counts as load for the next, so
 * that parallel steps spread. `undefined` where nobody qualifies.
 */
export async function assignAll(
  tx: TenantTx,
  capabilities: readonly string[],
  options: { exclude?: string } = {},
): Promise<Array<Placed | undefined>> {
  if (capabilities.length === 0) return [];
  return options.exclude === undefined ? assignThem(tx, capabilities) : place(tx, capabilities, options);
}

/** Those who choose at the same time in one transaction choose as one, so that their work spreads, too. */
const assignThem = together(
  async (tx, all: Array<readonly string[]>): Promise<Array<Array<Placed | undefined>>> => {
    const places = await place(tx, all.flat(), {});
    return all.map((own) => places.splice(0, own.length));
  },
);

async function place(
  tx: TenantTx,
  capabilities: readonly string[],
  options: { exclude?: string },
): Promise<Array<Placed | undefined>> {
  return (await judge(tx, capabilities, options)).map(({ placed }) => placed);
}

/** The same with why some may not be asked, and who could but is offline. */
async function judge(
  tx: TenantTx,
  capabilities: readonly string[],
  options: { exclude?: string },
): Promise<Array<{ placed: Placed | undefined; excluded: Assignment['excluded']; away: string[] }>> {
  const wanted = [...new Set(capabilities)];
  const [rows, advice] = await Promise.all([
    selectAble(tx, wanted),
    readAdvice(tx, wanted, capabilities.length > 1),
  ]);
  const given = new Map<string, number>();
  return capabilities.map((capability) => {
    const able = rows.filter((row) => row.capability === capability && row.id !== options.exclude);
    const candidates: Candidate[] = able.map((row) => ({
      id: row.id,
      name: row.name,
      status: row.status,
      enabled: row.enabled === 1,
      confidence: row.confidence,
      succeeded: row.succeeded,
      failed: row.failed,
      averageMs: row.average_ms,
      inFlight: Number(row.in_flight) + (given.get(row.id) ?? 0),
      maxConcurrent: row.max_concurrent,
      isOperator: row.role === 'operator',
      ...advice.about(capability, row, [...given.keys()]),
    }));
    const { assignment, excluded } = choose(capability, candidates, advice);
    const away = able.filter((row) => row.enabled === 1 && row.status === 'offline').map((row) => row.name);
    const chosen = able.find((row) => row.id === assignment?.agentId);
    if (!assignment || !chosen) return { placed: undefined, excluded, away };
    given.set(chosen.id, (given.get(chosen.id) ?? 0) + 1);
    const spec: { timeoutMs: number; maxAttempts: number } = JSON.parse(chosen.spec);
    const { timeoutMs, maxAttempts } = spec;
    const placed = { ...assignment, agentLimit: chosen.max_concurrent, timeoutMs, maxAttempts };
    return { placed, excluded, away };
  });
}

/** A task whose agents are all away is planned again so often until one is back; it spends no attempt on it. */
export const NOBODY_READY_MS = 5_000;

/**
 * Why nobody could be given a capability: nobody offers it, those who do would take too much energy, or they are not
 * ready now, or were not a moment ago.
 * @returns the error to throw: `task/no-capability`, `energy/over-limit`, or `task/nobody-ready`, which is tried again
 */
export async function explainNobody(tx: TenantTx, capability: string): Promise<CadreError> {
  const [judged] = await judge(tx, [capability], {});
  if (judged?.placed)
    return new CadreError('task/nobody-ready', {
      agents: `${judged.placed.agentName} is back`,
      postponeMs: 0,
    });
  const dear = judged?.excluded.filter(({ because }) => because.startsWith(OVER_LIMIT)) ?? [];
  if (dear.length > 0) {
    const { settings } = await readAdvice(tx, [capability], false);
    const agents = dear.map(({ name, because }) => `${name}: ${because}`).join('; ');
    return new CadreError('energy/over-limit', { capability, limitJ: settings.maxJoules ?? 0, agents });
  }
  // Of the same look: who came back in between is not away any more.
  const away = judged?.away ?? [];
  if (away.length === 0) return new CadreError('task/no-capability', { missing: capability });
  const agents = away.map((name) => `${name} is offline`).join(', ');
  return new CadreError('task/nobody-ready', { agents, postponeMs: NOBODY_READY_MS });
}
