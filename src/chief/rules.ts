import { kindsIn } from '../operator/skills/facts.ts';
import { contentRoots, root } from '../operator/skills/vocabulary.ts';
import { fold, wordsIn } from '../operator/skills/words.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import { checkPlan } from '../tasks/graph.ts';
import { BUILT_IN_CAPABILITIES, type Plan, type PlanStep } from '../tasks/plan.ts';
import { type GoalFile, type Intent, type IntentKind, readGoal } from './goal.ts';
import { type Selection, selectFiles } from './selection.ts';
import { STRATEGIES, type Strategy, writtenSteps } from './strategies.ts';

/**
 * The chief's rules: goal, files and available capabilities become a plan, and the plan says which rule made it and
 * why. Pure. A capability that nobody offers is refused by name before any work begins.
 */
export interface PlanRequest {
  goal: string;
  /** As the caller gave it; `general` and absent mean: decide by the goal. */
  type?: string;
  input?: Record<string, Json>;
  files: GoalFile[];
  /** What registered agents offer, and how many of them. */
  capabilities: Array<{ capability: string; agents: number }>;
}

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
function byType(request: PlanRequest): Plan | undefined {
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

/** By the words of the goal. */
function byGoal(request: PlanRequest): Plan {
  const { goal, files } = request;
  const custom = customCapability(request);
  const intents = readGoal(goal, files);
  const acts = intents.filter((intent) => intent.kind === 'act');
  const missing = acts.filter((intent) => !offerOf(intent, request));
  if (missing.length > 0 && !custom) {
    throw new CadreError('task/no-capability', {
      missing: missing
        .map(
          (intent) =>
            `${intent.act?.capability ?? ''}${intent.act && intent.act.doing !== `“${intent.act.capability}”` ? ` (to ${intent.act.doing})` : ''}`,
        )
        .join(', '),
    });
  }
  if (custom && (acts.length > 0 || intents.every((intent) => !intent.sure)))
    return withActs([], [custom], request);
  const doable = intents.filter((intent) => intent.kind !== 'act');
  if (doable.length === 0)
    return withActs(
      [],
      acts.flatMap((intent) => offerOf(intent, request) ?? []),
      request,
      acts,
    );
  if (files.length === 0) throw new CadreError('task/no-files', { goal: clip(goal) });
  return withActs(
    doable,
    acts.flatMap((intent) => offerOf(intent, request) ?? []),
    request,
    acts,
  );
}

/** A capability of a registered agent that does what the act asks: its words name the act. */
function offerOf(intent: Intent, { capabilities }: PlanRequest): string | undefined {
  const wanted = new Set((intent.act?.offers ?? []).map(root));
  const offering = (capability: string) =>
    capability === intent.act?.capability ||
    wordsIn(capability.replace(/[._:/-]/g, ' ')).some((word) => wanted.has(root(word.text)));
  return capabilities.find(
    ({ capability, agents }) => agents > 0 && !BUILT_IN.has(capability) && offering(capability),
  )?.capability;
}

const BUILT_IN = new Set<string>(Object.values(BUILT_IN_CAPABILITIES).flat());

/** A capability of a registered agent whose every word stands in the goal: `weather.forecast` for "forecast the weather". */
function customCapability({ goal, capabilities }: PlanRequest): string | undefined {
  const said = new Set([
    ...contentRoots(goal.replace(/[._-]/g, ' ')),
    ...wordsIn(goal).map((word) => fold(word.text)),
  ]);
  return capabilities.find(({ capability, agents }) => {
    const words = wordsIn(capability.replace(/[._:/-]/g, ' '));
    return (
      agents > 0 &&
      !BUILT_IN.has(capability) &&
      words.length > 0 &&
      words.every((word) => said.has(root(word.text)) || said.has(fold(word.text)))
    );
  })?.capability;
}

const WORK: Record<
  Exclude<IntentKind, 'act' | 'brief'>,
  { name: string; capability: string; goal: string; doneWhen: string }
> = {
  compare: {
    name: 'compare',
    capability: 'documents.compare',
    goal: 'Compare the documents',
    doneWhen: 'what both say, what differs and what only one says is named with its places',
  },
  total: {
    name: 'compute',
    capability: 'tables.compute',
    goal: 'Compute the answer from the tables',
    doneWhen: 'the number is there with every cell it was computed from',
  },
  timeline: {
    name: 'timeline',
    capability: 'timeline.build',
    goal: 'Put the events in order of time',
    doneWhen: 'each event has a date and its place in a source',
  },
  attribution: {
    name: 'attribute',
    capability: 'statements.attribute',
    goal: 'Find who said what',
    doneWhen: 'each statement has its speaker and its place',
  },
  contradictions: {
    name: 'contradictions',
    capability: 'contradictions.find',
    goal: 'Find what cannot both be right',
    doneWhen: 'each contradiction names both places',
  },
  extraction: {
    name: 'extract',
    capability: 'facts.extract',
    goal: 'Take out the facts asked for',
    doneWhen: 'every mention is listed with its place',
  },
  question: {
    name: 'answer',
    capability: 'question.answer',
    goal: 'Answer the question',
    doneWhen: 'the answer is quoted from a source, or it is said that the documents do not say',
  },
};

/** The plan for what the keyless team does, followed by what registered agents do with it. */
function withActs(intents: Intent[], offers: string[], request: PlanRequest, acts: Intent[] = []): Plan {
  const { goal, files, input = {} } = request;
  const selections = intents.map((intent) => selectFiles(intent.kind, intent.clause, files));
  const used = files.filter((file) => selections.some((selection) => selection.files.includes(file)));
  const names = stepNames(used);
  const steps = readSteps(used, names);
  const brief = intents.some((intent) => intent.kind === 'brief');
  const works = intents.flatMap((intent, index) =>
    intent.kind === 'brief' ? [] : workSteps(intent, selections[index], names, goal, steps),
  );
  steps.push(...works);
  const all = used.map((file) => file.fileId);
  const examined = used.map((file) => `examine-${names.get(file.fileId)}`);
  let result = '';
  let verify: string | undefined;
  if (brief) {
    steps.push(
      {
        ...contract(
          'link',
          'documents.link',
          'Link the same people, organisations and amounts across the documents',
          'what is the same is one, contradictions are named',
        ),
        files: all,
        dependsOn: examined,
      },
      {
        ...contract('write', 'brief.write', goal, 'every sentence names its source'),
        files: all,
        dependsOn: ['link', ...works.map((step) => step.name)],
      },
    );
    result = 'write';
  } else if (intents.length > 0) {
    steps.push({
      ...contract(
        'write',
        'report.write',
        goal,
        'the direct answer comes first and every sentence names its source',
      ),
      input: { order: works.map((step) => step.name) },
      files: all,
      dependsOn: works.map((step) => step.name),
    });
    result = 'write';
  }
  if (result) {
    steps.push({
      ...contract(
        'verify',
        'claims.verify',
        `Check every sentence and number against its source: ${goal}`,
        'each citation was found to the letter and each number computed again',
      ),
      files: all,
      dependsOn: [result],
    });
    verify = 'verify';
  }
  for (const [index, capability] of offers.entries()) {
    const name = `act-${index + 1}`;
    steps.push({
      ...contract(name, capability, acts[index]?.clause ?? goal, 'the agent answered'),
      input: { ...input, ...(result && { previous: `{{${result}.output}}` }) },
      files: all.length > 0 ? all : files.map((file) => file.fileId),
      dependsOn: result ? [result] : [],
    });
    result = name;
  }
  return {
    rule: intents[0]?.rule ?? acts[0]?.rule ?? 'capability of a registered agent',
    because: becauseOf(intents, selections, offers, acts),
    oneOperatorEnough: enough(used, intents, offers),
    steps,
    resultStep: result,
    // The verifier looks at a result of ours; what another agent made of it is that agent's own.
    ...(verify && offers.length === 0 && { verifyStep: verify }),
  };
}

function contract(name: string, capability: string, goal: string, doneWhen: string): PlanStep {
  return { name, goal, doneWhen, type: capability, capability, input: {}, files: [], dependsOn: [] };
}

/** Each file is read and examined by itself; with several files, one that cannot be read does not stop the others. */
function readSteps(files: readonly GoalFile[], names: ReadonlyMap<string, string>): PlanStep[] {
  const optional = files.length > 1 ? { optional: true } : {};
  return files.flatMap((file) => [
    {
      ...contract(
        `read-${names.get(file.fileId)}`,
        'documents.read',
        `Read ${file.name}`,
        'its text is there with positions',
      ),
      files: [file.fileId],
      ...optional,
    },
    {
      ...contract(
        `examine-${names.get(file.fileId)}`,
        'documents.analyze',
        `Find names, dates, amounts and phrases in ${file.name}`,
        'every mention has its place',
      ),
      files: [file.fileId],
      dependsOn: [`read-${names.get(file.fileId)}`],
      ...optional,
    },
  ]);
}

/** The steps that do the work of one intent. Facts are taken out file by file; all else sees its files together. */
function workSteps(
  intent: Intent,
  selection: Selection | undefined,
  names: ReadonlyMap<string, string>,
  goal: string,
  taken: readonly PlanStep[],
): PlanStep[] {
  if (intent.kind === 'act' || intent.kind === 'brief' || !selection) return [];
  const examined = (files: readonly GoalFile[]) => files.map((file) => `examine-${names.get(file.fileId)}`);
  const { files } = selection;
  const work = WORK[intent.kind];
  const step: PlanStep = {
    ...contract(work.name, work.capability, intent.clause === goal ? goal : intent.clause, work.doneWhen),
    input: inputOf(intent),
    files: files.map((file) => file.fileId),
    dependsOn: examined(files),
  };
  if (intent.kind === 'extraction' && files.length > 1) {
    return files.map((file) => ({
      ...step,
      name: `${work.name}-${names.get(file.fileId)}`,
      files: [file.fileId],
      dependsOn: examined([file]),
      optional: true,
    }));
  }
  if (!intent.or || intent.or === 'act' || intent.or === 'brief') return [step];
  const second = WORK[intent.or];
  const known = taken.filter((one) => one.capability === 'documents.analyze');
  const every = intent.or === 'question' ? known : known.filter((one) => step.dependsOn.includes(one.name));
  return [
    step,
    {
      ...contract(second.name, second.capability, intent.clause, second.doneWhen),
      files: every.flatMap((one) => one.files),
      dependsOn: every.map((one) => one.name),
      optional: true,
    },
  ];
}

/** Never words of the goal: what stands in an input is read for references, and a goal may hold braces. */
function inputOf(intent: Intent): Record<string, Json> {
  if (intent.kind === 'extraction') return { kinds: kindsIn(intent.clause) };
  return {};
}

/** A short name for each file, unique in the plan: `payments-2026-csv`. */
function stepNames(files: readonly GoalFile[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    files.map((file) => {
      const base =
        fold(file.name)
          .replace(/[^\p{L}\p{N}]+/gu, '-')
          .replace(/^-+|-+$/g, '')
          .slice(0, 60) || 'file';
      let name = base;
      for (let count = 2; taken.has(name); count += 1) name = `${base}-${count}`;
      taken.add(name);
      return [file.fileId, name];
    }),
  );
}

function becauseOf(intents: Intent[], selections: Selection[], offers: string[], acts: Intent[]): string {
  const parts = intents.map(
    (intent, index) =>
      `${intent.because}${intent.sure ? '' : ' (not sure)'}; ${selections[index]?.because ?? ''}${intent.or ? `; it is also tried as a ${intent.or === 'total' ? 'computation over tables' : 'question to the texts'}, and the one that finds an answer is used` : ''}`,
  );
  const done = offers.map(
    (capability, index) =>
      `${acts[index]?.because ?? 'the goal names it'}, and a registered agent offers “${capability}”`,
  );
  return [...parts, ...done].join('. ');
}

function enough(files: readonly GoalFile[], intents: Intent[], offers: string[]): Plan['oneOperatorEnough'] {
  if (files.length <= 1 && intents.length <= 1 && offers.length === 0) {
    const both = intents[0]?.or ? 'two short looks at' : 'one task over';
    return {
      enough: true,
      because: `it is ${both} one file, and each step needs the one before it; the verifier alone is somebody else, because nobody checks their own work`,
    };
  }
  if (files.length > 1)
    return {
      enough: false,
      because: `${files.length} files can be read and examined at the same time, because none needs another; a verifier who did not write checks the result`,
    };
  return {
    enough: false,
    because:
      offers.length > 0
        ? 'the work needs a capability that the keyless team does not have'
        : 'the goal asks for several things that do not need one another',
  };
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
