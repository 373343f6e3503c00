import { CadreError } from '../../platform/kernel/errors.ts';
import { messageOf } from '../../platform/kernel/json.ts';
import type { Log } from '../../platform/kernel/log.ts';
import type { Caller } from '../../platform/kernel/operation.ts';
import { bookFiring, selectAdaptiveTenants, selectFirings } from '../../platform/store/commands.ts';
import {
  type ActiveRow,
  selectAdaptive,
  selectLastModels,
  selectSpentByRoot,
} from '../../platform/store/control.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { changeIn } from '../../tasks/change.ts';
import { type ControlNeeds, pauseIn, terminateIn } from '../../tasks/control.ts';
import { measureResources, type Resources } from '../../tasks/resources.ts';
import { modeOf } from '../../tasks/wishes.ts';
import type { Scope } from '../../workflows/expression.ts';
import { type ControlRule, chooseRule, scopeOf } from './rule.ts';
import { rulesOf } from './rules.ts';

/** Goals of one tenant that a round looks at; the rest come when these have ended. */
const PER_ROUND = 500;

interface Firing {
  rule: ControlRule;
  task: ActiveRow;
  scope: Scope;
}

/** One round of the rules over the goals that allow it: what matches acts, each in a transaction of its own. */
export async function applyRules(needs: ControlNeeds & { log: Log }): Promise<void> {
  const tenants = await needs.store.readAll(selectAdaptiveTenants);
  if (tenants.length === 0) return;
  const resources = measureResources();
  for (const tenantId of tenants) {
    const firings = await needs.store.read(tenantId, choose);
    for (const firing of firings) {
      await fire(needs, tenantId, firing, resources).catch((error: unknown) =>
        // It ended or was paused meanwhile, or a rule cannot do what it says: the others still act.
        needs.log.warn(
          { taskId: firing.task.id, rule: firing.rule.name, error: messageOf(error) },
          'a control rule could not act',
        ),
      );
    }
  }
}

async function choose(tx: TenantTx): Promise<Firing[]> {
  const tasks = await selectAdaptive(tx, PER_ROUND);
  const ids = tasks.map((task) => task.id);
  const rules = await rulesOf(tx);
  const spent = await selectSpentByRoot(tx, ids);
  const models = await selectLastModels(tx, ids);
  const fired = await selectFirings(tx, ids);
  return tasks.flatMap((task): Firing[] => {
    const scope = scopeOf({
      status: task.status,
      runningMs: task.running_ms,
      ...(spent.get(task.id) ?? { turns: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }),
      budgetTokens: task.budget_tokens,
      model: task.model ?? models.get(task.id) ?? null,
      permissionMode: modeOf(task),
      steps: task.steps,
      input: JSON.parse(task.input),
    });
    const own = fired.filter((one) => one.task_id === task.id);
    const rule = chooseRule(rules, scope, {
      firedAgoMs: new Map(own.map((one) => [one.rule, one.ago_ms])),
      modelChangedAgoMs: task.since_model_change_ms,
    });
    return rule ? [{ rule, task, scope }] : [];
  });
}

async function fire(
  needs: ControlNeeds,
  tenantId: string,
  firing: Firing,
  resources: Resources,
): Promise<void> {
  const { rule, task } = firing;
  const caller: Caller = {
    tenantId,
    actor: { kind: 'system', id: 'control-rule', name: `The rule ${rule.name}` },
    role: 'operator',
    traceId: 'control-rules',
    signal: new AbortController().signal,
  };
  try {
    await needs.store.write(tenantId, async (tx) => {
      await needs.runs.holdAround(tx, task.id);
      // Another process may have been faster.
      const last = (await selectFirings(tx, [task.id])).find((one) => one.rule === rule.name);
      if (last && last.ago_ms < rule.coolDownMs) return;
      await act(tx, needs, caller, firing, resources);
      await book(tx, needs, firing, undefined);
    });
  } catch (error) {
    if (!(error instanceof CadreError)) throw error;
    await needs.store.write(tenantId, (tx) => book(tx, needs, firing, error));
    throw error;
  }
}

async function act(
  tx: TenantTx,
  needs: ControlNeeds,
  caller: Caller,
  { rule, task, scope }: Firing,
  resources: Resources,
): Promise<void> {
  const reason = explain(rule, scope);
  if (rule.action === 'terminate') return terminateIn(tx, needs, caller, task.id, reason);
  if (rule.action === 'pause')
    return pauseIn(tx, needs, caller, { id: task.id, reason, kind: 'rule-pause', resources });
  const model = rule.model ?? '';
  await changeIn(tx, needs, caller, { id: task.id, change: { model }, resources });
}

/** The condition with the values it read. */
function explain({ condition }: ControlRule, scope: Scope): string {
  const read = Object.keys(scope).filter((name) => new RegExp(`\\b${name}\\b`).test(condition));
  return `${condition} (${read.map((name) => `${name} ${JSON.stringify(scope[name])}`).join(', ')})`;
}

/** What a rule did, or why it could not: then it rests for its cool-down as well. */
async function book(
  tx: TenantTx,
  { events }: ControlNeeds,
  { rule, task, scope }: Firing,
  error: CadreError | undefined,
): Promise<void> {
  await bookFiring(tx, task.id, rule.name);
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'rule.fired',
      taskId: task.id,
      rootId: task.id,
      data: {
        rule: rule.name,
        action: rule.action,
        ...(rule.model !== null && { model: rule.model }),
        because: error ? `it could not: ${error.message}` : explain(rule, scope),
        values: scope,
        ...(error && { code: error.code }),
      },
    },
  ]);
}
