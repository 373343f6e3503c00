import { kindsIn } from '../../operator/skills/facts.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Json } from '../../platform/kernel/json.ts';
import { checkGraph, checkPlan, generations } from '../../tasks/graph.ts';
import { BUILT_IN_CAPABILITIES, type Plan, type PlanStep } from '../../tasks/plan.ts';
import { withoutReferences } from '../../tasks/references.ts';
import { readSteps } from '../goal-plan.ts';
import { type PlanRequest, stepNames } from '../request.ts';
import { MAX_CHAIN, MAX_SIDE_BY_SIDE, type Planned } from './form.ts';

/**
 * What a model planned as a plan that is carried out. Pure. Code adds what must never be forgotten: each file is read
 * before it is used, and what the built-in writer writes is checked by somebody else. Then the same checks as for every
 * plan hold (`checkPlan`).
 */

const BUILT_IN = new Set<string>(Object.values(BUILT_IN_CAPABILITIES).flat());
const READING: readonly string[] = BUILT_IN_CAPABILITIES.reader;
const EXAMINING = 'documents.analyze';
const WRITING: readonly string[] = BUILT_IN_CAPABILITIES.writer;
const VERIFYING = 'claims.verify';
const VERIFY_STEP = 'verify';

/**
 * @throws CadreError `task/no-capability`, `request/invalid`, and the codes of `checkPlan`: each names what is wrong
 */
export function buildPlan(planned: Planned, request: PlanRequest, model: string): Plan {
  const offered = new Set(request.capabilities.filter((one) => one.agents > 0).map((one) => one.capability));
  const missing = planned.steps.map((step) => step.capability).filter((one) => !offered.has(one));
  if (missing.length > 0)
    throw new CadreError('task/no-capability', { missing: [...new Set(missing)].join(', ') });
  checkGraph(planned.steps);
  checkBounds(planned);
  const used = filesUsed(planned, request);
  const works = planned.steps.map((step) => workOf(step, request, used));
  const files = request.files.filter(({ fileId }) => works.some((step) => step.files.includes(fileId)));
  const names = stepNames(files);
  const reading = offered.has(READING[0] ?? '') && offered.has(EXAMINING) ? readSteps(files, names) : [];
  const steps = [...reading, ...works.map((step) => afterReading(step, names, reading))];
  const verifyStep = verifying(planned, steps, offered, request);
  const plan: Plan = {
    rule: `model: ${model}`,
    because: planned.because,
    oneOperatorEnough: planned.oneOperatorEnough,
    steps,
    resultStep: planned.resultStep,
    ...(verifyStep !== undefined && { verifyStep }),
  };
  checkPlan(plan);
  return plan;
}

function checkBounds({ steps, oneOperatorEnough, resultStep }: Planned): void {
  const invalid = (detail: string) => new CadreError('request/invalid', { detail });
  const levels = generations(steps);
  if (levels.length > MAX_CHAIN)
    throw invalid(`${levels.length} steps need one another in a row; at most ${MAX_CHAIN} may`);
  const widest = Math.max(...levels.map((level) => level.length));
  if (widest > MAX_SIDE_BY_SIDE)
    throw invalid(`${widest} steps stand side by side; at most ${MAX_SIDE_BY_SIDE} may`);
  const working = steps.filter((step) => step.capability !== VERIFYING);
  if (oneOperatorEnough.enough && working.length > 1)
    throw invalid(`you say that one operator is enough, and plan ${working.length} steps of work`);
  const reading = steps.find((step) => READING.includes(step.capability) || step.capability === EXAMINING);
  if (reading)
    throw invalid(`the step "${reading.name}" only reads; files are read and examined without being planned`);
  if (steps.some((step) => step.name === resultStep && step.capability === VERIFYING))
    throw invalid('the result cannot be the step that checks it');
}

/** The files of each step, by its name: its own, and where it names none those of the steps it needs. */
function filesUsed({ steps }: Planned, { files }: PlanRequest): Map<string, string[]> {
  const byAlias = new Map(files.map((file, index) => [aliasOf(index), file.fileId]));
  const used = new Map<string, string[]>();
  const byName = new Map(steps.map((step) => [step.name, step]));
  for (const name of generations(steps).flat()) {
    const step = byName.get(name);
    if (!step) continue;
    const own = step.files.map((alias) => {
      const id = byAlias.get(alias);
      if (id === undefined)
        throw new CadreError('request/invalid', {
          detail: `the step "${name}" names "${alias}", which is none of the files`,
        });
      return id;
    });
    const inherited = step.dependsOn.flatMap((need) => used.get(need) ?? []);
    const all = [...new Set(own.length > 0 ? own : inherited)];
    if (all.length === 0 && BUILT_IN.has(step.capability))
      throw new CadreError('request/invalid', {
        detail: `the step "${name}" needs files, and names none`,
      });
    used.set(name, all);
  }
  return used;
}

/** How a file is called to the model. */
export const aliasOf = (index: number): string => `file-${index + 1}`;

function workOf(step: Planned['steps'][number], request: PlanRequest, used: Map<string, string[]>): PlanStep {
  const { name, goal, doneWhen, capability, dependsOn, optional } = step;
  return {
    name,
    goal,
    doneWhen,
    type: capability,
    capability,
    input: inputOf(step, request),
    files: used.get(name) ?? [],
    dependsOn: [...new Set(dependsOn)],
    ...(optional && { optional: true }),
  };
}

/** Skills of ours get what they read of an input; all others what the caller gave, and what the model adds. */
function inputOf(step: Planned['steps'][number], { input = {} }: PlanRequest): Record<string, Json> {
  if (step.capability === 'facts.extract') return { kinds: kindsIn(step.goal) };
  if (step.capability === 'report.write') return { order: step.dependsOn };
  if (BUILT_IN.has(step.capability)) return {};
  const added = Object.fromEntries(step.inputs.map(({ name, value }) => [name, value]));
  return { ...input, ...added, doneCriteria: [withoutReferences(step.doneWhen)] };
}

function afterReading(step: PlanStep, names: ReadonlyMap<string, string>, reading: PlanStep[]): PlanStep {
  if (reading.length === 0) return step;
  const read = step.files.map((id) => `examine-${names.get(id)}`);
  return { ...step, dependsOn: [...new Set([...read, ...step.dependsOn])] };
}

/** The step that checks the result. What the built-in writer wrote is always checked where somebody can. */
function verifying(
  { verifyStep, resultStep, steps: planned }: Planned,
  steps: PlanStep[],
  offered: ReadonlySet<string>,
  { goal }: PlanRequest,
): string | undefined {
  const result = steps.find((step) => step.name === resultStep);
  const checks = (step: PlanStep) =>
    step.capability === VERIFYING && step.dependsOn.includes(resultStep) && step.name !== resultStep;
  if (verifyStep !== null) {
    const named = steps.find((step) => step.name === verifyStep);
    if (named && checks(named)) return verifyStep;
    throw new CadreError('request/invalid', {
      detail: `the verifyStep "${verifyStep}" must have the capability ${VERIFYING} and depend on "${resultStep}"`,
    });
  }
  const found = steps.find(checks);
  if (found) return found.name;
  if (!result || !WRITING.includes(result.capability) || !offered.has(VERIFYING)) return undefined;
  const name = planned.some((step) => step.name === VERIFY_STEP) ? `${VERIFY_STEP}-result` : VERIFY_STEP;
  steps.push({
    name,
    goal: `Check every sentence and number against its source: ${goal}`,
    doneWhen: 'each citation was found to the letter and each number computed again',
    type: VERIFYING,
    capability: VERIFYING,
    input: {},
    files: result.files,
    dependsOn: [resultStep],
  });
  return name;
}
