import type { EventLog, Fact } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { selectBudgetsById } from '../platform/store/budgets.ts';
import {
  type AccountChange,
  type AccountKey,
  changeAccounts,
  insertReservation,
  insertUsage,
  limitsJoules,
  markTold,
  openAccount,
  type Payer,
  type ReadingKey,
  selectAccounts,
  selectBudgetsFor,
  selectForsaken,
  selectNewestAccountsFor,
  selectOpenOf,
  selectTeamOf,
  takeReservations,
} from '../platform/store/ledger.ts';
import type { AccountRow, BudgetRow, ReservationRow } from '../platform/store/ledger-rows.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { type Amount, isAmount, NOTHING, toMilli } from './amount.ts';
import {
  because,
  firstBroken,
  firstUsedUp,
  type Limit,
  largestShare,
  limitsOf,
  periodOf,
  WARN_SHARE,
} from './budget.ts';
import { amountOf, countedOf, type NewUsage, reportedOf, reservationOf, takenOf, worstOf } from './charge.ts';
import type { Ledger } from './ledger.ts';
import type { Bill, CallUsage } from './usage.ts';

/** The ledger with what other rooms ask of it beyond single calls. */
export interface LedgerBook extends Ledger {
  /**
   * Whether work may begin that reports what it took only after it: not when a budget is used up.
   * @throws CadreError `budget/exceeded`
   */
  admit(
    tx: TenantTx,
    payer: Payer,
    measures: ReadonlyArray<Limit['measure']> | Promise<ReadonlyArray<Limit['measure']>>,
  ): Promise<void>;
  /**
   * Counts what this machine took for an attempt in every budget that limits joules, in the transaction that keeps its
   * reading. Said before the reading is inserted: an account that is opened meanwhile must not count it as well.
   */
  bookHost(tx: TenantTx, payer: Payer, reading: ReadingKey & { joules: number }): void;
  /** Writes down now what the transaction has settled and booked so far: for who reads sums in it. */
  written(tx: TenantTx): Promise<void>;
  /** Charges as the worst case what is reserved for calls that nobody waits for any more. */
  chargeForsaken(): Promise<void>;
}

/** A call without a run, such as one of a chat, is forsaken after this time. */
const FORSAKEN_MS = 900_000;
const FORSAKEN_BATCH = 200;

/** One thing to write down: a reservation that is settled, given back or charged, a report, or what the machine took. */
type Posting =
  | { kind: 'settle'; id: string; model: string | null; usage: CallUsage | undefined }
  | { kind: 'release'; id: string }
  | { kind: 'report'; bill: Bill; model: string | null; usage: CallUsage }
  | { kind: 'host'; payer: Payer; joules: number };

interface Held {
  budget: BudgetRow;
  key: AccountKey;
  account: AccountRow | undefined;
}

/** The one ledger over a store. */
export function createLedger({ store, events }: { store: Store; events: EventLog }): LedgerBook {
  /** What transactions under way settled: accounts are locked at their very end, all at once and in one order. */
  const unwritten = new WeakMap<TenantTx['beforeCommit'], Posting[]>();
  /** Readings that transactions under way keep and post by themselves. */
  const readings = new WeakMap<TenantTx['beforeCommit'], ReadingKey[]>();

  function post(tx: TenantTx, posting: Posting): void {
    const known = unwritten.get(tx.beforeCommit);
    if (known) {
      known.push(posting);
      return;
    }
    unwritten.set(tx.beforeCommit, [posting]);
    tx.beforeCommit(() => written(tx));
  }

  async function written(tx: TenantTx): Promise<void> {
    const postings = unwritten.get(tx.beforeCommit)?.splice(0) ?? [];
    unwritten.delete(tx.beforeCommit);
    if (postings.length > 0) await write(tx, postings);
  }

  async function write(tx: TenantTx, postings: readonly Posting[]): Promise<void> {
    const ids = postings.flatMap((posting) => ('id' in posting ? [posting.id] : []));
    const held = new Map((await takeReservations(tx, ids)).map((row) => [row.id, row]));
    const rows: NewUsage[] = [];
    const changes = new Changes();
    const payers = postings.flatMap((posting) => (posting.kind === 'host' ? [posting.payer] : []));
    const isHostCounted = payers.length > 0 && (await limitsJoules(tx, payers));
    for (const posting of postings) {
      if (posting.kind === 'host') {
        const spent = { ...NOTHING, energyMj: isAmount(posting.joules) ? toMilli(posting.joules) : 0 };
        if (!isHostCounted || spent.energyMj === 0) continue;
        const budgets = await selectBudgetsFor(tx, posting.payer);
        const held = await openAll(
          tx,
          budgets.filter((budget) => budget.limit_energy_mj !== null),
        );
        for (const { key } of held) changes.add(key, { spent });
        continue;
      }
      if (posting.kind === 'report') {
        const { row, keys } = await report(tx, posting);
        rows.push(row);
        for (const key of keys) changes.add(key, { spent: countedOf(row) });
        continue;
      }
      const reservation = held.get(posting.id);
      held.delete(posting.id);
      if (!reservation) continue; // charged already, as the worst case
      const row = posting.kind === 'settle' ? settledOf(reservation, posting) : undefined;
      if (row) rows.push(row);
      const reserved = heldOf(reservation);
      const accounts: AccountKey[] = JSON.parse(reservation.accounts);
      for (const key of accounts) changes.add(key, { reserved, ...(row && { spent: countedOf(row) }) });
    }
    await insertUsage(tx, rows);
    const keys = changes.keys();
    const [accounts, budgets] = await Promise.all([
      selectAccounts(tx, keys, true),
      keys.length === 0 ? [] : selectBudgetsById(tx, [...new Set(keys.map(({ budgetId }) => budgetId))]),
    ]);
    await changeAccounts(tx, changes.all());
    await tellShares(tx, accounts, budgets, changes);
  }

  /** Who reported usage that was never reserved; its accounts are there afterwards. */
  async function report(tx: TenantTx, { bill, model, usage }: Extract<Posting, { kind: 'report' }>) {
    const held = await openAll(tx, await selectBudgetsFor(tx, bill));
    const teamId = await selectTeamOf(tx, bill.agentId);
    return { row: reportedOf(newId(), bill, { model, teamId }, usage), keys: held.map(({ key }) => key) };
  }

  /** Tells people of budgets that passed 80 % or 100 % with these changes, each once. */
  async function tellShares(
    tx: TenantTx,
    before: readonly AccountRow[],
    budgets: readonly BudgetRow[],
    changes: Changes,
  ): Promise<void> {
    for (const row of before) {
      const budget = budgets.find(({ id }) => id === row.budget_id);
      if (budget) await tellShare(tx, budget, changes.after(row));
    }
  }

  async function tellShare(
    tx: TenantTx,
    budget: BudgetRow,
    account: AccountRow,
    refused?: { limit: Limit; more: Amount },
  ): Promise<void> {
    const limits = limitsOf(budget, account);
    const share = largestShare(limits, ({ spent }) => spent);
    const isWarned = share >= WARN_SHARE;
    // Where calls are refused, the rest is too little for one: nothing goes on, which is what people are to know.
    const isReached = share >= 1 || (isWarned && refused !== undefined);
    const told = { warned: isWarned ? 1 : account.warned, reached: isReached ? 1 : account.reached };
    if (told.warned === account.warned && told.reached === account.reached) return;
    const key = { budgetId: budget.id, periodStart: account.period_start };
    const fullest = limits.toSorted((a, b) => b.spent / b.limit - a.spent / a.limit)[0];
    const fact = (type: 'budget.warned' | 'budget.reached'): Fact => ({
      tenantId: tx.tenantId,
      type,
      ...(budget.scope === 'task' && { taskId: budget.scope_id }),
      ...(budget.scope === 'agent' && { agentId: budget.scope_id }),
      data: {
        ...key,
        budget: budget.name,
        share: Number(share.toFixed(4)),
        atLimit: budget.at_limit,
        because: refused
          ? because(budget.period, refused.limit, refused.more)
          : fullest && because(budget.period, fullest),
      },
    });
    await markTold(tx, key, told);
    await events.append(tx, [
      ...(told.warned === account.warned ? [] : [fact('budget.warned')]),
      ...(told.reached === account.reached ? [] : [fact('budget.reached')]),
    ]);
  }

  /** The accounts of budgets, opened where they are not yet. */
  async function openAll(
    tx: TenantTx,
    budgets: ReadonlyArray<BudgetRow & { now_ms: number }>,
    isLocked = false,
  ): Promise<Held[]> {
    const held = budgets.map((budget) => {
      const { periodStart, sinceMs } = periodOf(budget.period, budget.now_ms);
      return { budget, key: { budgetId: budget.id, periodStart }, sinceMs };
    });
    const keys = held.map(({ key }) => key);
    let accounts = await selectAccounts(tx, keys, isLocked);
    if (accounts.length < held.length) {
      for (const { budget, key, sinceMs } of held)
        if (!accounts.some((row) => row.budget_id === budget.id))
          await openAccount(tx, budget, key.periodStart, sinceMs, readings.get(tx.beforeCommit));
      accounts = await selectAccounts(tx, keys, isLocked);
    }
    return held.map(({ budget, key }) => ({
      budget,
      key,
      account: accounts.find((row) => row.budget_id === budget.id),
    }));
  }

  /** Accounts as they stand, for who only looks. */
  async function look(tx: TenantTx, payer: Payer): Promise<Held[]> {
    const [budgets, accounts] = await Promise.all([
      selectBudgetsFor(tx, payer),
      selectNewestAccountsFor(tx, payer),
    ]);
    return budgets.map((budget) => {
      const key = { budgetId: budget.id, periodStart: periodOf(budget.period, budget.now_ms).periodStart };
      const account = accounts.find(
        (row) => row.budget_id === key.budgetId && row.period_start === key.periodStart,
      );
      return { budget, key, account };
    });
  }

  return {
    async reserve(bill, worst) {
      const id = newId();
      const more = amountOf(worst);
      const refusal = await store.write(bill.tenantId, async (tx) => {
        // Of a call that was paid for and whose answer was lost.
        const [lost, budgets] = await Promise.all([
          selectOpenOf(tx, bill.runId, bill.turn),
          selectBudgetsFor(tx, bill),
        ]);
        if (lost.length > 0)
          await write(
            tx,
            lost.map((one) => ({ kind: 'settle', id: one, model: null, usage: undefined })),
          );
        const unpriced = budgets.find((budget) => budget.limit_cost_nano !== null);
        if (worst.costUsd === null && unpriced)
          return new CadreError('budget/no-price', {
            model: worst.model,
            budget: unpriced.name,
            detail: 'what cannot be counted cannot be held to a cap',
          });
        const held = await openAll(tx, budgets, true);
        for (const { budget, account } of held) {
          const limit = firstBroken(limitsOf(budget, account), more);
          if (!limit) continue;
          if (account) await tellShare(tx, budget, account, { limit, more });
          return exceeded(budget, limit, more);
        }
        const keys = held.map(({ key }) => key);
        await changeAccounts(
          tx,
          keys.map((key) => ({ ...key, ...reservedBy(more), ...NONE_SPENT })),
        );
        const teamId = budgets[0] ? budgets[0].team : await selectTeamOf(tx, bill.agentId);
        await insertReservation(
          tx,
          reservationOf(id, bill, worst, { teamId, accounts: JSON.stringify(keys) }),
        );
        return undefined;
      });
      if (refusal) throw refusal;
      return id;
    },
    async settle(tx, reservationId, model, usage) {
      post(tx, { kind: 'settle', id: reservationId, model, usage });
    },
    async release(tenantId, reservationId) {
      await store.write(tenantId, (tx) => write(tx, [{ kind: 'release', id: reservationId }]));
    },
    async charge(tenantId, reservationId, model, usage) {
      await store.write(tenantId, (tx) => write(tx, [{ kind: 'settle', id: reservationId, model, usage }]));
    },
    async book(tx, bill, model, usage) {
      post(tx, { kind: 'report', bill, model, usage });
    },
    bookHost(tx, payer, { joules, ...reading }) {
      readings.set(tx.beforeCommit, [...(readings.get(tx.beforeCommit) ?? []), reading]);
      post(tx, { kind: 'host', payer, joules });
    },
    async pressure(bill) {
      const held = await store.read(bill.tenantId, (tx) => look(tx, bill));
      const shares = held
        .filter(({ budget }) => budget.at_limit === 'switch-down')
        .map(({ budget, account }) =>
          largestShare(limitsOf(budget, account), ({ spent, reserved }) => spent + reserved),
        );
      return Math.max(0, ...shares);
    },
    async admit(tx, payer, measures) {
      // Both are asked for at once: every step of every task comes here.
      const [held, measured] = await Promise.all([look(tx, payer), measures]);
      for (const { budget, account } of held) {
        const limits = limitsOf(budget, account).filter(({ measure }) => measured.includes(measure));
        const limit = firstUsedUp(limits);
        if (limit) throw exceeded(budget, limit);
      }
    },
    written,
    async chargeForsaken() {
      const found = await store.readAll((tx) =>
        selectForsaken(tx, { olderThanMs: FORSAKEN_MS, limit: FORSAKEN_BATCH }),
      );
      for (const [tenantId, rows] of Map.groupBy(found, (row) => row.tenant_id))
        await store.write(tenantId, (tx) =>
          write(
            tx,
            rows.map(({ id, model }) => ({ kind: 'settle', id, model, usage: undefined })),
          ),
        );
    },
  };
}

function exceeded(budget: BudgetRow, limit: Limit, more?: Amount): CadreError {
  return new CadreError('budget/exceeded', {
    budget: budget.name,
    budgetId: budget.id,
    atLimit: budget.at_limit,
    detail: because(budget.period, limit, more),
  });
}

function settledOf(
  held: ReservationRow,
  { model, usage }: { model: string | null; usage: CallUsage | undefined },
) {
  return usage && model !== null ? takenOf(held, model, usage) : worstOf(held);
}

const heldOf = (row: ReservationRow): Amount => ({
  costNano: Number(row.cost_nano ?? 0),
  tokens: Number(row.input_tokens) + Number(row.output_tokens),
  energyMj: Number(row.energy_mj),
});

const reservedBy = ({ costNano, tokens, energyMj }: Amount) => ({
  reservedCostNano: costNano,
  reservedTokens: tokens,
  reservedEnergyMj: energyMj,
});
const NONE_SPENT = { spentCostNano: 0, spentTokens: 0, spentEnergyMj: 0 };

/** What changes in accounts, one entry for each. */
class Changes {
  readonly #byKey = new Map<string, AccountChange>();

  add(key: AccountKey, { reserved, spent }: { reserved?: Amount; spent?: Amount }): void {
    const name = `${key.budgetId} ${key.periodStart}`;
    const before = this.#byKey.get(name) ?? { ...key, ...reservedBy(NOTHING), ...NONE_SPENT };
    this.#byKey.set(name, {
      ...before,
      reservedCostNano: before.reservedCostNano - (reserved?.costNano ?? 0),
      reservedTokens: before.reservedTokens - (reserved?.tokens ?? 0),
      reservedEnergyMj: before.reservedEnergyMj - (reserved?.energyMj ?? 0),
      spentCostNano: before.spentCostNano + (spent?.costNano ?? 0),
      spentTokens: before.spentTokens + (spent?.tokens ?? 0),
      spentEnergyMj: before.spentEnergyMj + (spent?.energyMj ?? 0),
    });
  }

  all(): AccountChange[] {
    return [...this.#byKey.values()];
  }

  keys(): AccountKey[] {
    return this.all().map(({ budgetId, periodStart }) => ({ budgetId, periodStart }));
  }

  /** An account with what changes in it. */
  after(row: AccountRow): AccountRow {
    const change = this.#byKey.get(`${row.budget_id} ${row.period_start}`);
    if (!change) return row;
    return {
      ...row,
      reserved_cost_nano: Number(row.reserved_cost_nano) + change.reservedCostNano,
      reserved_tokens: Number(row.reserved_tokens) + change.reservedTokens,
      reserved_energy_mj: Number(row.reserved_energy_mj) + change.reservedEnergyMj,
      spent_cost_nano: Number(row.spent_cost_nano) + change.spentCostNano,
      spent_tokens: Number(row.spent_tokens) + change.spentTokens,
      spent_energy_mj: Number(row.spent_energy_mj) + change.spentEnergyMj,
    };
  }
}
