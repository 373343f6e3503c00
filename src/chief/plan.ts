import { type AgentSpec, parseSpec } from '../agents/agent.ts';
import type { ExecutorPorts } from '../agents/executor.ts';
import type { Placed } from '../assignment/assign.ts';
import { assignAll, explainNobody, NOBODY_READY_MS } from '../assignment/assign.ts';
import { claimedType } from '../documents/sniff.ts';
import { sendDelegations } from '../messages/delegation.ts';
import type { Models } from '../models/call.ts';
import type { LedgerBook } from '../models/ledger-book.ts';
import { createTurns } from '../operator/turns.ts';
import { giveUpTask } from '../operator/work.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Attempt, Handler } from '../platform/runs/run.ts';
import { selectCapabilities, selectCapabilityRecords } from '../platform/store/agents.ts';
import { selectFilesByIds } from '../platform/store/files.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import {
  awaitSubtasks,
  holdTask,
  insertDependencies,
  insertTasks,
  NEW_TASK,
  type NewTaskRow,
  selectTask,
  taskAdded,
  updateOpenTask,
} from '../platform/store/tasks.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { checkPlan } from '../tasks/graph.ts';
import type { Plan, PlanStep } from '../tasks/plan.ts';
import { type SettleNeeds, workRun } from '../tasks/settle.ts';
import { beginPlan } from './drive.ts';
import { assignedFact, chiefAmong, delegationOf, handOver, placeFor, selectChiefs } from './hand-out.ts';
import { planByModel } from './planner/ask.ts';
import type { CapabilityRecord } from './planner/sight.ts';
import type { PlanRequest } from './request.ts';
import { byType, planFor } from './rules.ts';
import { settleTeams } from './team.ts';

export interface ChiefNeeds extends SettleNeeds {
  store: Store;
  ledger: LedgerBook;
  /** The gate to language models, for chiefs that plan and review with one. */
  models: Models;
  clock: Clock;
  executors: ExecutorPorts;
  /** Told in the transaction that takes in how a step ended: where proofs end the process. */
  stepTaken?(tx: TenantTx, path: string): void;
}

/** What the chief knows when it plans. */
interface Situation {
  task: TaskRow;
  chiefId: string;
  chief: Readonly<AgentSpec>;
  /** Undefined: there is nothing to plan. */
  request: PlanRequest | undefined;
  /** What was measured, for a chief that asks a model. */
  records: CapabilityRecord[];
}

/**
 * The Chief of Staff plans a task: is one operator enough? If not, a graph of steps, each a contract with a person's
 * words for what and when it is done; who does each, by score; and then, in one transaction, subtasks, delegations,
 * runs of the ready steps and events. Nothing waits in memory: the last step that settles enqueues `chief.conclude`.
 */
export function chiefPlan(needs: ChiefNeeds): Handler {
  return {
    async work(attempt) {
      const look = () => needs.store.read(attempt.tenantId, (tx) => understand(tx, attempt));
      const situation = (await look()) ?? (await settleTeams(needs).then(look));
      if (!situation) throw new CadreError('task/no-capability', { missing: 'a chief of staff' });
      const { task, chiefId, request } = situation;
      const plan = request && (await makePlan(needs, attempt, situation, request));
      return {
        async commit(tx) {
          if (task.workflow_id !== null) await beginPlan(tx, needs, task, chiefId);
          else if (plan) await delegate(tx, needs, task, chiefId, plan);
          else await handTaskOver(tx, needs, task, chiefId);
        },
      };
    },
    giveUp: (tx, failure) => giveUpTask(tx, needs, failure),
  };
}

/** Undefined where there is no chief: a tenant made a moment ago has no team yet. */
async function understand(tx: TenantTx, attempt: Attempt): Promise<Situation | undefined> {
  const [task, chiefs] = await Promise.all([selectTask(tx, attempt.taskId ?? ''), selectChiefs(tx)]);
  if (!task) throw new CadreError('task/not-found', { id: attempt.taskId ?? '' });
  const chief = chiefAmong(chiefs);
  if (!chief) {
    if (chiefs.length === 0) return undefined;
    throw new CadreError('task/nobody-ready', {
      agents: chiefs.map(({ name, status }) => `${name} is ${status}`).join(', '),
      postponeMs: NOBODY_READY_MS,
    });
  }
  const found = { task, chiefId: chief.id, chief: parseSpec(chief.spec) };
  if (task.workflow_id !== null || task.agent_id || task.capability)
    return { ...found, request: undefined, records: [] };
  const ids: string[] = JSON.parse(task.files);
  const files = await selectFilesByIds(tx, ids);
  const request: PlanRequest = {
    goal: task.goal,
    type: task.type,
    input: JSON.parse(task.input),
    files: files.map((file) => ({
      fileId: file.id,
      name: file.name,
      type: claimedType(file.name) ?? 'unknown',
    })),
    capabilities: await selectCapabilities(tx),
  };
  return {
    ...found,
    request,
    records: chief.executor_kind === 'model' ? await selectCapabilityRecords(tx) : [],
  };
}

/** By the model of the chief where it has one and nobody said how it is to be done; else by the rules. */
async function makePlan(
  needs: ChiefNeeds,
  attempt: Attempt,
  { task, chiefId, chief, records }: Situation,
  request: PlanRequest,
): Promise<Plan> {
  const { executor } = chief;
  const plan =
    executor.kind === 'model' && byType(request) === undefined
      ? await planByModel(
          {
            call: needs.models.call,
            turns: createTurns(
              needs,
              { ...attempt, agentId: chiefId },
              { id: task.id, rootId: task.root_id },
            ),
            signal: attempt.signal,
          },
          { id: chiefId, spec: executor },
          request,
          records,
        )
      : planFor(request);
  checkPlan(plan, task.depth + 1);
  return plan;
}

/** The task names its operator or one capability: one operator is enough, no plan is needed. */
async function handTaskOver(tx: TenantTx, needs: ChiefNeeds, given: TaskRow, chiefId: string): Promise<void> {
  const { agent_id: agentId, capability } = given;
  const [task, place] = await Promise.all([holdTask(tx, given.id), placeFor(tx, { agentId, capability })]);
  if (task?.status !== 'pending') return; // terminated meanwhile
  if (!place) throw await explainNobody(tx, capability ?? '');
  await handOver(tx, needs, { task, place, chiefId });
}

async function delegate(
  tx: TenantTx,
  needs: ChiefNeeds,
  task: TaskRow,
  chiefId: string,
  plan: Plan,
): Promise<void> {
  const places = await assignAll(
    tx,
    plan.steps.map((step) => step.capability),
  );
  const missing = plan.steps.find((_, index) => !places[index]);
  if (missing) throw await explainNobody(tx, missing.capability);
  const ids = new Map(plan.steps.map((step) => [step.name, newId()]));
  const rows = plan.steps.map((step, index) =>
    subtaskRow(task, step, ids.get(step.name) ?? '', places[index]),
  );
  const open = await updateOpenTask(tx, task.id, { agent_id: chiefId, plan: JSON.stringify(plan) }, [
    'pending',
  ]);
  if (!open) return; // terminated while the plan was made
  await insertTasks(tx, rows);
  await insertDependencies(
    tx,
    plan.steps.flatMap((step) =>
      step.dependsOn.map((need) => ({ task_id: ids.get(step.name) ?? '', needs_id: ids.get(need) ?? '' })),
    ),
  );
  await awaitSubtasks(tx, task.id, rows.length);
  const full = rows.map((row) => taskAdded(tx, row));
  await sendDelegations(
    tx,
    needs,
    full.map((row, index) =>
      delegationOf(row, chiefId, places[index] as Placed, plan.steps[index]?.doneWhen ?? ''),
    ), // none is missing, see above
  );
  await needs.runs.enqueue(tx, full.filter((row) => row.open_dependencies === 0).map(workRun));
  await needs.events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'plan.made',
      taskId: task.id,
      rootId: task.root_id,
      agentId: chiefId,
      data: {
        rule: plan.rule,
        because: plan.because,
        oneOperatorEnough: plan.oneOperatorEnough,
        ...(plan.planner && { planner: plan.planner }),
        steps: plan.steps.map((step, index) => ({
          name: step.name,
          goal: step.goal,
          capability: step.capability,
          dependsOn: step.dependsOn,
          taskId: ids.get(step.name),
          agent: places[index]?.agentName,
        })),
      },
    },
    ...full.map((row, index) => assignedFact(tx, row, places[index] as Placed)), // none is missing, see above
  ]);
}

function subtaskRow(task: TaskRow, step: PlanStep, id: string, place: Placed | undefined): NewTaskRow {
  return {
    ...NEW_TASK,
    id,
    parent_id: task.id,
    root_id: task.root_id,
    depth: task.depth + 1,
    step_name: step.name,
    goal: step.goal,
    type: step.type,
    capability: step.capability,
    priority: step.priority ?? task.priority,
    input: JSON.stringify(step.input),
    files: JSON.stringify(step.files),
    agent_id: place?.agentId ?? null,
    assignment: place ? JSON.stringify(place) : null,
    open_dependencies: step.dependsOn.length,
    optional: step.optional ? 1 : 0,
    deadline: task.deadline,
    timeout_ms: step.timeoutMs ?? null,
    created_by: `agent:${task.agent_id ?? 'chief'}`,
  };
}
