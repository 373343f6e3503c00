import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ExecutorPorts } from './agents/executor.ts';
import { openHeaders, sealOldHeaders } from './agents/headers.ts';
import { agentLifecycle } from './agents/lifecycle.ts';
import { watchAgents } from './assignment/redistribute.ts';
import { handOverAtOnce } from './chief/at-once.ts';
import { chiefConclude } from './chief/conclude.ts';
import { tidyCheckpoints } from './chief/control/tidy.ts';
import { applyRules } from './chief/control/watch.ts';
import { endOverdue } from './chief/deadlines.ts';
import { createPlanDriver, planGoOn, planListener, planWake } from './chief/drive.ts';
import { type ChiefNeeds, chiefPlan } from './chief/plan.ts';
import { retryListener } from './chief/retry.ts';
import { settleTeams } from './chief/team.ts';
import { gather } from './coordination/ask.ts';
import { collaborationAdvance } from './coordination/collaboration/collaborate.ts';
import { delegationClose } from './coordination/delegation/delegate.ts';
import { reportBack } from './coordination/delegation/report.ts';
import { relate } from './coordination/relations.ts';
import { optimizationSearch } from './coordination/search/optimize.ts';
import { solutionSolve } from './coordination/solving/solve.ts';
import { reviewTeams } from './coordination/teams/reshape.ts';
import { relay } from './coordination/teams/say.ts';
import { collect, voteClose } from './coordination/votes/ballots.ts';
import { createDesk } from './documents/desk.ts';
import { createInbox } from './documents/inbox.ts';
import { PARSE_MEMORY_MB } from './documents/limits.ts';
import { readGrid } from './energy/grid.ts';
import { createEnergyLoops } from './energy/loops.ts';
import { createMeter, type Meter } from './energy/meter.ts';
import { eventListeners } from './messages/event-listeners.ts';
import { createFollower } from './messages/follower.ts';
import { createMail, type Mail } from './messages/mail.ts';
import type { TaskIntake } from './messages/topics.ts';
import type { Models } from './models/call.ts';
import { createRegistry } from './models/connected.ts';
import { createModels } from './models/gate.ts';
import { createLedger, type LedgerBook } from './models/ledger-book.ts';
import type { Registry } from './models/registry.ts';
import { rulesOf } from './models/rules.ts';
import { seedBudget, settleBudgets } from './models/seed.ts';
import { deafen } from './operator/executors/deaf.ts';
import { createFunctionExecutor } from './operator/executors/function.ts';
import { createHttpExecutor } from './operator/executors/http.ts';
import { createLocalExecutor } from './operator/executors/local.ts';
import { mailboxExecutor } from './operator/executors/mailbox.ts';
import { createModelExecutor } from './operator/executors/model.ts';
import { createScriptedExecutor } from './operator/executors/scripted.ts';
import { handedBack } from './operator/hand-over.ts';
import { messageHandle } from './operator/receive.ts';
import { operatorWork } from './operator/work.ts';
import type { Bus } from './platform/bus/bus.ts';
import { createLiveText, type LiveText } from './platform/bus/live-text.ts';
import { createLocalBus } from './platform/bus/local.ts';
import { createUnrulyBus } from './platform/bus/unruly.ts';
import { createEventLog, type EventLog } from './platform/events/events.ts';
import { type Children, createChildren } from './platform/kernel/child.ts';
import { type Clock, systemClock } from './platform/kernel/clock.ts';
import { type Config, diesAfter, processName } from './platform/kernel/config.ts';
import { CadreError } from './platform/kernel/errors.ts';
import { newId } from './platform/kernel/ids.ts';
import { messageOf } from './platform/kernel/json.ts';
import { createLog, type Log } from './platform/kernel/log.ts';
import { createOutbound, type Outbound } from './platform/kernel/outbound.ts';
import { systemRandom } from './platform/kernel/random.ts';
import { createRuns, type Runs } from './platform/runs/runs.ts';
import { createWorker, type RunWorker } from './platform/runs/worker.ts';
import { openDatabase } from './platform/store/database.ts';
import { holdHome } from './platform/store/home.ts';
import type { Store, TenantTx } from './platform/store/transaction.ts';
import { seedPrompts, settlePrompts } from './prompts/seed.ts';
import { compareEstimates } from './tasks/compare.ts';
import { taskIntake } from './tasks/intake.ts';
import { taskResults } from './tasks/results.ts';
import type { TaskListener } from './tasks/settle.ts';
import type { SubmitNeeds } from './tasks/submit.ts';
import { type Access, createAccess } from './tenants/authenticate.ts';
import { createIdempotency, type Idempotency } from './tenants/idempotency.ts';
import { createMasterKeys, type MasterKeys } from './tenants/secret-master.ts';
import { createSecrets, type Secrets } from './tenants/secret-vault.ts';
import { settleIn } from './tenants/settle-in.ts';
import { version } from './version.ts';
import { approvalExpire } from './workflows/decide.ts';
import type { PlanDriver } from './workflows/driver.ts';
import { eventTriggers } from './workflows/trigger-events.ts';
import { sealWebhookSecrets } from './workflows/trigger-save.ts';
import { planWaits } from './workflows/wake.ts';
import { createScheduleWatch } from './workflows/watch.ts';
import { createWebhooks, type Webhooks } from './workflows/webhook.ts';
import { workflowsAhead } from './workflows/work-ahead.ts';

/** Everything built, once, by hand. Verbs name what they need of it; no room imports this file. */
export interface House {
  readonly version: string;
  /** Where the built console lies (`web/`). */
  readonly consoleFolder: string;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly bus: Bus;
  readonly live: LiveText;
  readonly events: EventLog;
  readonly runs: Runs;
  /** Money, tokens and joules: budgets, reservations, usage. */
  readonly ledger: LedgerBook;
  readonly mail: Mail;
  readonly taskListeners: readonly TaskListener[];
  /** Carries plans out; told of decisions, events and times. */
  readonly plans: PlanDriver;
  readonly pinWorkflow: SubmitNeeds['pinWorkflow'];
  readonly handOverAtOnce: SubmitNeeds['handOverAtOnce'];
  readonly workAhead: SubmitNeeds['workAhead'];
  readonly intake: TaskIntake;
  readonly children: Children;
  readonly executors: ExecutorPorts;
  readonly documents: ReturnType<typeof createDesk>;
  readonly access: Access;
  readonly idempotency: Idempotency;
  readonly masters: MasterKeys;
  readonly secrets: Secrets;
  /** Calls that leave the machine, to addresses that may be called. */
  readonly outbound: Outbound;
  /** The language models that each tenant may call. */
  readonly registry: Registry;
  /** The one gate to them. */
  readonly models: Models;
  readonly homeTenantId: string;
  readonly webhooks: Webhooks;
  /** What every tenant gets as it begins, in the transaction that adds it. */
  settleTenant(tx: TenantTx): Promise<void>;
  /** True when this start made the home. */
  readonly isFirstStart: boolean;
  /** @throws CadreError `store/unavailable` */
  checkReady(): Promise<void>;
  /** Takes no new work, lets what is under way end, closes everything. */
  close(): Promise<void>;
}

/** Heap of one child that runs plug-ins; one that needs more ends with `child/memory`. */
const PLUG_IN_MEMORY_MB = 512;
const DRAIN_MS = 20_000;

/**
 * Builds the house in order, from the cellar up. `works`: this process also carries out tasks.
 * @throws CadreError `home/locked`, `home/not-writable`, `store/unavailable`, `store/migration`, `config/invalid`, `secret/…`
 */
export async function openHouse(config: Config, options: { works: boolean }): Promise<House> {
  const opened: Closer[] = [];
  try {
    return await build(config, options, opened);
  } catch (error) {
    // What was opened before the failure would keep the process, and its home, for ever.
    await closeAll(opened).catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
}

type Closer = () => Promise<void> | void;

/** Last opened, first closed. */
async function closeAll(opened: Closer[]): Promise<void> {
  for (let close = opened.pop(); close; close = opened.pop()) await close();
}

async function build(config: Config, options: { works: boolean }, opened: Closer[]): Promise<House> {
  const shared = config.databaseUrl !== undefined;
  const home = shared ? undefined : holdHome(config.home);
  if (home) opened.push(() => home.release());
  const name = `${processName()}:${newId().slice(-8)}`;
  const log = createLog({ level: config.logLevel, file: join(config.home, 'logs', 'cadre.log') });
  if (config.faults.length > 0)
    log.warn({ faults: config.faults }, 'guards are switched off by CADRE_FAULTS: for proofs only');
  const clock = systemClock;
  const store = await openDatabase(
    config.databaseUrl ? { databaseUrl: config.databaseUrl } : { folder: config.home },
  );
  opened.push(() => store.close());
  const calm = await openBus(config.databaseUrl, name);
  opened.push(() => calm.close());
  const bus = config.faults.includes('unruly-bus') ? createUnrulyBus(calm, systemRandom) : calm;
  const events = createEventLog(store, bus, { push: !config.faults.includes('no-push') });
  const { homeTenantId, isFirst } = await settleIn({ store, events }, config.adminKey);
  const masters = createMasterKeys(config);
  const secrets = createSecrets({ store, masters });
  await secrets.check();
  await sealWebhookSecrets({ store, secrets });
  await sealOldHeaders({ store, secrets });
  await settlePrompts({ store, events });
  await settleBudgets({ store });
  const idempotency = createIdempotency({ store });
  await idempotency.tidy({ exclusive: !shared });
  const runs = createRuns({ bus, events });
  const ledger = createLedger({ store, events });
  const children = createChildren({ size: config.children, memoryMb: PARSE_MEMORY_MB, confined: true });
  // Plug-ins are code that an operator chose to run; they may write files and start processes.
  const plugInChildren = createChildren({ size: config.children, memoryMb: PLUG_IN_MEMORY_MB });
  const documents = createDesk({ store, events, children });
  const functions = createFunctionExecutor(plugInChildren, config.plugins);
  const builtIn = createLocalExecutor({ store, events, runs, children, documents, clock });
  const outbound = createOutbound(config.allowHosts);
  const registry = createRegistry({ store, events, secrets });
  const models = createModels({
    registry,
    ledger,
    rules: (tenantId) => store.read(tenantId, rulesOf),
    outbound,
    clock,
    random: systemRandom,
    log,
    limits: {
      firstByteMs: config.modelFirstByteMs,
      idleMs: config.modelIdleMs,
      totalMs: config.modelTotalMs,
    },
  });
  const mail = createMail({
    store,
    events,
    runs,
    guards: {
      order: !config.faults.includes('no-mailbox-order'),
      inbox: !config.faults.includes('no-inbox'),
      damping: !config.faults.includes('no-damping'),
    },
  });
  const live = openLiveText(config.databaseUrl, name);
  opened.push(() => live.close());
  const executors: ExecutorPorts = {
    local: deafen(builtIn, config.faults),
    scripted: createScriptedExecutor(builtIn.receive),
    http: createHttpExecutor(outbound, (headers) => openHeaders({ store, secrets }, headers)),
    function: functions,
    mailbox: mailboxExecutor,
    model: createModelExecutor({
      store,
      children,
      documents,
      clock,
      mail,
      outbound,
      live,
      models,
      registry,
      plugIns: functions,
      ledger,
      builtIn: builtIn.receive,
    }),
  };
  mail.listen(relay({ events }));
  mail.listen(collect({ events, runs }));
  mail.listen(handedBack({ runs }));
  mail.listen(gather({ runs }));
  mail.listen(relate());
  const taskListeners: TaskListener[] = [reportBack({ mail })];
  const stepTaken = dieAt(config);
  // A grid that nobody knows is said at the start; the usual one is read when it is needed.
  if (config.grid !== 'world') await readGrid(config.grid);
  const meter = createMeter({ clock, grid: config.grid, pue: config.pue });
  const parts = {
    store,
    bus,
    live,
    events,
    runs,
    ledger,
    models,
    mail,
    taskListeners,
    log,
    clock,
    executors,
    meter,
  };
  const submits: Pick<SubmitNeeds, 'pinWorkflow' | 'workAhead' | 'handOverAtOnce'> = {
    ...workflowsAhead,
    handOverAtOnce: (tx, task) => handOverAtOnce(tx, needs, task),
  };
  const needs = { ...parts, ...submits, stepTaken };
  taskListeners.push(planListener(needs), retryListener(needs));
  const plans = createPlanDriver(needs);
  if (options.works) {
    const how = { config, name, alone: !shared, functions, homeTenantId };
    const worker = await startWork({ ...needs, plans }, how);
    opened.push(() => worker.stop());
  }

  let trying: Promise<boolean> | undefined;

  return {
    version,
    consoleFolder: join(import.meta.dirname, '..', 'web', 'dist'),
    config,
    ...needs,
    plans,
    intake: taskIntake({ events, runs, clock, ...submits }),
    children,
    documents,
    access: createAccess({ store, events }),
    idempotency,
    masters,
    secrets,
    outbound,
    registry,
    models,
    homeTenantId,
    webhooks: createWebhooks({ store, events, runs, clock, ...submits, secrets }),
    async settleTenant(tx) {
      await seedPrompts(tx, { events });
      await seedBudget(tx);
    },
    isFirstStart: isFirst,
    async checkReady() {
      // Those who ask at the same time share one try: a database that hangs is not asked by each of them.
      trying ??= store.canWrite().finally(() => {
        trying = undefined;
      });
      const late = setTimeout(READY_WITHIN_MS, 'late' as const, { ref: false });
      const wrote = await Promise.race([trying, late]);
      if (wrote === true) return;
      const detail =
        wrote === 'late'
          ? `a write took longer than ${READY_WITHIN_MS} ms`
          : 'a write did not reach the disk';
      throw new CadreError('store/unavailable', { detail });
    },
    close: () => closeAll(opened),
  };
}

/** Who asks whether Cadre is ready is answered in time, also by a database that hangs (GUARANTEES P27: 3 s). */
const READY_WITHIN_MS = 2_500;

/** A proof may have the process die when a step has ended: after the commit, before anything else. */
function dieAt(config: Config): WorkParts['stepTaken'] {
  return (tx, path) => {
    if (diesAfter(config, path)) tx.afterCommit(() => process.kill(process.pid, 'SIGKILL'));
  };
}

/** Hints inside this process, or by PostgreSQL between all of them; its driver is loaded only there. */
async function openBus(databaseUrl: string | undefined, name: string): Promise<Bus> {
  if (databaseUrl === undefined) return createLocalBus();
  const { createPostgresBus } = await import('./platform/bus/postgres.ts');
  return createPostgresBus(databaseUrl, name);
}

/** Text of models inside this process, or also by PostgreSQL between all of them. */
function openLiveText(databaseUrl: string | undefined, name: string): LiveText {
  if (databaseUrl === undefined) return createLiveText(name);
  return createLiveText(name, async (onNotice) => {
    const { listen } = await import('./platform/store/notify.ts');
    return listen(databaseUrl, onNotice, () => {}, 'cadre_text');
  });
}

interface WorkParts {
  store: Store;
  bus: Bus;
  events: EventLog;
  runs: Runs;
  ledger: LedgerBook;
  models: Models;
  mail: Mail;
  taskListeners: readonly TaskListener[];
  plans: PlanDriver;
  log: Log;
  clock: Clock;
  pinWorkflow: SubmitNeeds['pinWorkflow'];
  workAhead: SubmitNeeds['workAhead'];
  handOverAtOnce: SubmitNeeds['handOverAtOnce'];
  executors: ExecutorPorts;
  meter: Meter;
  stepTaken: NonNullable<ChiefNeeds['stepTaken']>;
}

/** Starts the worker and the watch over agents and deadlines. */
async function startWork(
  needs: WorkParts,
  options: {
    config: Config;
    name: string;
    alone: boolean;
    functions: { load(): Promise<void> };
    homeTenantId: string;
  },
): Promise<{ stop(): Promise<void> }> {
  const { config, name, alone, functions } = options;
  await functions.load().catch((cause: unknown) => {
    // A plug-in is loaded in a child; what it said there is the cause of what arrives here.
    const said = cause instanceof Error && cause.cause ? cause.cause : cause;
    throw new CadreError('config/invalid', { name: 'CADRE_PLUGINS', detail: messageOf(said) }, { cause });
  });
  await watchAgents(needs, config.leaseTtlMs);
  await settleTeams(needs);
  const worker: RunWorker = createWorker(
    {
      ...needs,
      random: systemRandom,
      handlers: {
        'chief.plan': chiefPlan(needs),
        'operator.work': operatorWork({ ...needs, random: systemRandom }),
        'chief.conclude': chiefConclude(needs),
        'plan.go-on': planGoOn(needs),
        'plan.wake': planWake(needs),
        'approval.expire': approvalExpire(needs),
        'message.handle': messageHandle(needs),
        'vote.close': voteClose(needs),
        'collaboration.advance': collaborationAdvance(needs),
        'optimization.search': optimizationSearch(needs),
        'delegation.close': delegationClose(needs),
        'solution.solve': solutionSolve(needs),
      },
    },
    {
      name,
      concurrency: config.concurrency,
      leaseTtlMs: config.leaseTtlMs,
      alone,
      fencingOff: config.faults.includes('no-fencing'),
      keysOff: config.faults.includes('no-stable-keys'),
    },
  );
  await worker.start();
  const readers = [eventListeners, agentLifecycle, taskResults, planWaits(needs), eventTriggers(needs)];
  const follower = createFollower(needs, readers);
  if (!config.faults.includes('no-follower')) follower.start();
  const schedules = createScheduleWatch(needs);
  schedules.start();
  const inbox = createInbox(needs, { home: config.home, tenantId: options.homeTenantId });
  inbox.start();
  const loops = createEnergyLoops(
    { ...needs, random: systemRandom },
    {
      fastMs: config.energyFastMs,
      mediumMs: config.energyMediumMs,
      slowMs: config.energySlowMs,
      flywheelMs: config.energyFlywheelMs,
    },
  );
  await loops.start();
  let watching = Promise.resolve();
  const watch = setInterval(() => {
    watching = watchAgents(needs, config.leaseTtlMs)
      .then(() => endOverdue(needs))
      .then(() => applyRules(needs))
      .then(() => tidyCheckpoints(needs))
      .then(() => needs.ledger.chargeForsaken())
      .then(() => compareEstimates(needs))
      .then(() => needs.mail.expire())
      .then(() => reviewTeams(needs))
      .then(() => undefined)
      .catch((error: unknown) =>
        needs.log.warn({ error: messageOf(error) }, 'the watch failed; the next round tries again'),
      );
  }, config.leaseTtlMs / 3);
  return {
    async stop() {
      clearInterval(watch);
      await Promise.all([schedules.stop(), inbox.stop(), follower.stop()]);
      await watching;
      await worker.stop(DRAIN_MS);
      await loops.stop();
    },
  };
}
