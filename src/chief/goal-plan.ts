import { kindsIn } from '../operator/skills/facts.ts';
import { contentRoots, root } from '../operator/skills/vocabulary.ts';
import { fold, wordsIn } from '../operator/skills/words.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import { BUILT_IN_CAPABILITIES, type Plan, type PlanStep } from '../tasks/plan.ts';
import { type GoalFile, type Intent, isTabular, readGoal } from './goal.ts';
import { type PlanRequest, stepNames } from './request.ts';
import { type Selection, selectFiles } from './selection.ts';
import type { IntentKind } from './wordings.ts';

/** By the words of the goal. */
export function byGoal(request: PlanRequest): Plan {
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
  const works = namedApart(
    intents.flatMap((intent, index) =>
      intent.kind === 'brief' ? [] : workSteps(intent, selections[index], names, goal, steps),
    ),
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
      input: {
        order: works.map((step) => step.name),
        // Readings of one question: what one of them did not find is no gap when the other did.
        second: intents.length === 1 && intents[0]?.or ? works.map((step) => step.name) : [],
      },
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

/** Two intents may need the same skill (a total that may be a question, and a question): each step has its own name. */
function namedApart(steps: PlanStep[]): PlanStep[] {
  const taken = new Set<string>();
  return steps.map((step) => {
    let name = step.name;
    for (let count = 2; taken.has(name); count += 1) name = `${step.name}-${count}`;
    taken.add(name);
    return { ...step, name };
  });
}

function contract(name: string, capability: string, goal: string, doneWhen: string): PlanStep {
  return { name, goal, doneWhen, type: capability, capability, input: {}, files: [], dependsOn: [] };
}

/** Each file is read and examined by itself; with several files, one that cannot be read does not stop the others. */
export function readSteps(files: readonly GoalFile[], names: ReadonlyMap<string, string>): PlanStep[] {
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
  const tables = new Set(files.filter(isTabular).map((file) => file.fileId));
  const every =
    intent.or === 'question' || tables.size === 0
      ? known.filter((one) => intent.or === 'question' || step.dependsOn.includes(one.name))
      : known.filter((one) => one.files.some((id) => tables.has(id)));
  return [
    step,
    {
      ...contract(second.name, second.capability, intent.clause, second.doneWhen),
      ...(intent.or === 'total' && { input: { strict: true } }),
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
