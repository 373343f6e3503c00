import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import { checkPlan } from '../tasks/graph.ts';
import type { Plan, PlanStep } from '../tasks/plan.ts';
import type { GoalFile } from './goal.ts';
import { byGoal } from './goal-plan.ts';
import { type PlanRequest, stepNames } from './request.ts';
import { STRATEGIES, type Strategy, writtenSteps } from './strategies.ts';

/**
 * The chief's rules: goal, files and available capabilities become a plan, and the plan says which rule made it and
 * why. Pure. A capability that nobody offers is refused by name before any work begins.
 */
/**
 * @throws CadreError `task/no-goal`, `task/no-files`, `task/no-capability` naming what is missing, `request/invalid`
 * and the codes of `checkPlan` for steps that a caller wrote
 */
export function planFor(request: PlanRequest): Plan {
  if (!request.goal.trim()) throw new CadreError('task/no-goal', {});
  const plan = byType(request) ?? byGoal(request);
  const offered = new Set(
    request.capabilities.filter(({ agents }) => agents > 0).map(({ capability }) => capability),
  );
  const missing = [...new Set(plan.steps.map((step) => step.capability))].filter(
    (capability) => !offered.has(capability),
  );
  if (missing.length > 0) throw new CadreError('task/no-capability', { missing: missing.join(', ') });
  checkPlan(plan);
  return plan;
}

/** A type given by the caller: a named strategy, steps the caller wrote, or a capability of an agent. */
export function byType(request: PlanRequest): Plan | undefined {
  const { type, input = {}, files, goal } = request;
  if (!type || type === 'general') return undefined;
  if (type === 'multi_step')
    return multiStep(
      writtenSteps(
        input.steps,
        files.map((file) => file.fileId),
      ),
    );
  const strategy = Object.hasOwn(STRATEGIES, type) ? STRATEGIES[type] : undefined;
  const offered = request.capabilities.filter(({ agents }) => agents > 0).map(({ capability }) => capability);
  if (strategy) {
    const lacking = strategy.steps
      .filter((step) => !step.capabilities.some((one) => offered.includes(one)))
      .map((step) => step.capabilities[0] ?? step.name);
    if (lacking.length === 0) return fromStrategy(type, strategy, files, input, offered);
    // WF-3: a strategy that fails is one subtask, when somebody can do it whole.
    if (!offered.includes(type)) throw new CadreError('task/no-capability', { missing: lacking.join(', ') });
  }
  if (!offered.includes(type)) return undefined;
  return single(type, goal, input, files);
}

function multiStep(steps: PlanStep[]): Plan {
  const needed = new Set(steps.flatMap((step) => step.dependsOn));
  const last = steps.filter((step) => !needed.has(step.name)).at(-1) ?? steps.at(-1);
  const chain = steps.every(
    (step, index) => index === 0 || step.dependsOn.includes(steps[index - 1]?.name ?? ''),
  );
  const verify = last?.capability === 'claims.verify' && last.dependsOn[0] ? last.name : undefined;
  return {
    rule: 'strategy: multi_step',
    because: 'the caller wrote the steps',
    oneOperatorEnough: {
      enough: steps.length === 1 || chain,
      because: chain ? 'each step needs the one before it' : 'some steps do not need one another',
    },
    steps,
    resultStep: (verify ? last?.dependsOn[0] : last?.name) ?? '',
    ...(verify && { verifyStep: verify }),
  };
}

function single(type: string, goal: string, input: Record<string, Json>, files: GoalFile[]): Plan {
  return {
    rule: 'type: capability of an agent',
    because: `an agent offers “${type}”, which the caller asked for`,
    oneOperatorEnough: {
      enough: true,
      because: 'the caller asked for one capability, and one agent that has it does the work',
    },
    steps: [
      {
        name: 'work',
        goal,
        doneWhen: 'the agent answered',
        type,
        capability: type,
        input,
        files: files.map((file) => file.fileId),
        dependsOn: [],
      },
    ],
    resultStep: 'work',
  };
}

function fromStrategy(
  type: string,
  strategy: Strategy,
  files: GoalFile[],
  input: Record<string, Json>,
  offered: string[],
): Plan {
  const many = strategy.steps.some((step) => step.eachFile);
  if (many && files.length === 0) throw new CadreError('task/no-files', { goal: type });
  const names = stepNames(files);
  const expand = (name: string) =>
    strategy.steps.find((step) => step.name === name)?.eachFile
      ? files.map((file) => `${name}-${names.get(file.fileId)}`)
      : [name];
  const steps = strategy.steps.flatMap((step): PlanStep[] => {
    const capability = step.capabilities.find((one) => offered.includes(one)) ?? step.name;
    const base = { goal: step.goal, doneWhen: step.doneWhen, type: capability, capability, input };
    if (!step.eachFile)
      return [
        {
          ...base,
          name: step.name,
          files: files.map((file) => file.fileId),
          dependsOn: step.dependsOn.flatMap(expand),
        },
      ];
    return files.map((file) => ({
      ...base,
      name: `${step.name}-${names.get(file.fileId)}`,
      goal: `${step.goal}: ${file.name}`,
      files: [file.fileId],
      dependsOn: step.dependsOn.flatMap((needed) =>
        expand(needed).length > 1 || strategy.steps.find((one) => one.name === needed)?.eachFile
          ? [`${needed}-${names.get(file.fileId)}`]
          : [needed],
      ),
    }));
  });
  const sequential = !steps.some((step, index) =>
    steps.some((other, at) => at > index && other.dependsOn.join() === step.dependsOn.join()),
  );
  return {
    rule: `strategy: ${type}`,
    because: strategy.because,
    oneOperatorEnough: {
      enough: sequential,
      because: sequential
        ? 'each step needs the one before it, so several operators would only wait for one another'
        : 'some steps do not need one another and are done at the same time',
    },
    steps,
    resultStep: strategy.resultStep,
    ...(strategy.verifyStep && { verifyStep: strategy.verifyStep }),
  };
}
