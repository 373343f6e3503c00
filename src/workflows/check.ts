import { checkEventType } from '../messages/event-listeners.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { findCycle } from '../tasks/graph.ts';
import { checkSites, sitesOfStep, type View } from './check-expressions.ts';
import { beyondOne } from './check-operator.ts';
import { type Place, pathOf } from './document.ts';
import { RESERVED_WORDS, type Type, typeOfSchema } from './expression.ts';
import { kindOf, MAX_NESTING, MAX_STEPS, type Step, type Workflow } from './language.ts';
import { needsOf } from './places.ts';
import { schemaProblems } from './schema.ts';
import { type Flaw, listsIn, nearest } from './shape.ts';
import { DYN, NUMBER, TEXT, typeOf } from './types.ts';

/**
 * What the form of a workflow cannot say: that names are clear, that needs lead somewhere, and that nothing is read
 * before it is sure to be there. Pure; a workflow without problems begins every step it should, whatever comes back.
 */

/** Names that expressions have without a step: no step, and no item, is called so. */
const OWN_NAMES = ['input', 'steps', 'task', 'index', 'round', 'error', 'event', 'message'];
/** What the grammar of expressions would take for something else behind a dot. */
const NOT_BEHIND_A_DOT = ['in', 'true', 'false', 'null'];

/** Problems that are looked for: who has more corrects those first. */
const MAX_FLAWS = 100;

/** A step with where it stands in the document. */
interface Standing {
  step: Step;
  place: Place;
  list: readonly Step[];
  listPlace: Place;
}

/** What is wrong with a workflow whose form is right; places lead into the document. */
export function checkWorkflow(workflow: Workflow): Flaw[] {
  const flaws: Flaw[] = [];
  const steps = new Map<string, Standing>();
  const approvals = new Map<string, string>();
  collect(workflow.steps, ['steps'], 1);
  if (flaws.length > 0) return flaws; // names that stand for two things would make the rest of it guesses
  schemaOf(workflow.input, ['input']);
  if (workflow.input?.type !== undefined && workflow.input.type !== 'object')
    report(['input', 'type'], 'schema', 'the input of a task is always an object');
  const shared: Record<string, Type> = {
    input: workflow.input === undefined ? DYN : typeOfSchema(workflow.input),
    task: { kind: 'map', fields: { id: TEXT }, of: DYN },
  };
  if (workflow.operator) for (const { step, place } of steps.values()) flaws.push(...beyondOne(step, place));
  const names = [...steps.keys()];
  const all = visit(workflow.steps, ['steps'], { step: () => undefined, variables: shared, known: names });
  if (workflow.output !== undefined)
    flaws.push(
      ...checkSites([{ place: ['output'], value: workflow.output }], {
        step: (name) => all.get(name),
        variables: shared,
        known: names,
      }),
    );
  return flaws;

  function report(place: Place, code: string, message: string, at: Flaw['at'] = 'value'): void {
    flaws.push({ place, at, code, message });
  }

  /** Names, counts and nesting, of a list and all within it. */
  function collect(list: readonly Step[], listPlace: Place, depth: number): void {
    if (depth > MAX_NESTING) {
      report(listPlace, 'too-deep', `steps stand in steps more than ${MAX_NESTING} deep`);
      return;
    }
    list.forEach((step, index) => {
      const place = [...listPlace, index];
      const known = steps.get(step.name);
      if (known)
        report(
          [...place, 'name'],
          'duplicate-name',
          `the name ${step.name} is that of ${pathOf(known.place)} already; names are unique in the whole workflow`,
        );
      else steps.set(step.name, { step, place, list, listPlace });
      if (steps.size === MAX_STEPS + 1 && !known)
        report(place, 'too-many', `more than ${MAX_STEPS} steps in one workflow`);
      nameOf(step.name, [...place, 'name']);
      if ('forEach' in step && step.as !== undefined) nameOf(step.as, [...place, 'as']);
      if ('parallel' in step)
        for (const label of Object.keys(step.parallel))
          if (NOT_BEHIND_A_DOT.includes(label))
            report(
              [...place, 'parallel', label],
              'reserved-name',
              `a branch cannot be called ${label}`,
              'key',
            );
      for (const [inner, steps] of innerLists(step, place)) collect(steps, inner, depth + 1);
    });
  }

  function nameOf(name: string, place: Place): void {
    if (RESERVED_WORDS.has(name))
      report(place, 'reserved-name', `${name} is a word of the expression language, and no name`);
    else if (OWN_NAMES.includes(name) || (name === 'item' && place.at(-1) === 'name'))
      report(place, 'reserved-name', `${name} is what expressions call something else`);
    const items = place.at(-1) === 'as' && steps.get(name);
    if (items) report(place, 'reserved-name', `${name} is the name of ${pathOf(items.place)}`);
  }

  /** A list of steps, seen from within what is around it; answers what its steps look like to who comes after. */
  function visit(list: readonly Step[], listPlace: Place, around: View): Map<string, Type> {
    const byName = new Map(list.map((step) => [step.name, step]));
    for (const [index, step] of list.entries()) needsAt(step, [...listPlace, index], byName);
    const graph = list.map((step) => ({ name: step.name, dependsOn: needsOf(step, list) }));
    const cycle = findCycle(graph);
    if (cycle) {
      const index = list.findIndex((step) => step.name === cycle[0]);
      report([...listPlace, index, 'needs'], 'cycle', `steps need one another: ${cycle.join(' → ')}`);
      return new Map();
    }
    const before = ended(graph);
    const types = new Map<string, Type>();
    for (const [index, step] of list.entries()) {
      if (flaws.length > MAX_FLAWS) break;
      const seen = before.get(step.name);
      const view: View = {
        ...around,
        step: (name) =>
          seen?.has(name) && byName.has(name) ? (types.get(name) ?? ANY_STEP) : around.step(name),
      };
      types.set(step.name, stepAt(step, [...listPlace, index], view, byName, before));
    }
    return types;
  }

  function needsAt(step: Step, place: Place, list: ReadonlyMap<string, Step>): void {
    step.needs?.forEach((need, index) => {
      if (list.has(need)) return;
      const at = [...place, 'needs', index];
      const elsewhere = steps.get(need);
      if (elsewhere)
        report(
          at,
          'need-elsewhere',
          `${need} stands in ${pathOf(elsewhere.listPlace)}, and a step can only need steps of its own list`,
        );
      else report(at, 'unknown-need', `there is no step ${need}${meant(need, [...list.keys()])}`);
    });
  }

  /** What one step says, and what is in it; answers its type. */
  function stepAt(
    step: Step,
    place: Place,
    view: View,
    list: ReadonlyMap<string, Step>,
    before: ReadonlyMap<string, ReadonlySet<string>>,
  ): Type {
    flaws.push(...checkSites(sitesOfStep(step, place), view));
    if ('goal' in step) {
      schemaOf(step.output, [...place, 'output']);
      if (step.approvedBy !== undefined)
        approvalOf(step, step.approvedBy, [...place, 'approvedBy'], list, before);
    }
    if ('wait' in step && 'event' in step.wait) eventOf(step.wait.event, [...place, 'wait', 'event']);
    if ('workflow' in step && step.workflow.split('@')[0] === workflow.name)
      report([...place, 'workflow'], 'self-call', 'a workflow cannot be a step of itself');
    const inner = innerView(step, view);
    const types = innerLists(step, place).map(([listPlace, steps]) =>
      visit(steps, listPlace, { ...inner, variables: variablesIn(step, listPlace, inner) }),
    );
    const after: View = { ...inner, step: (name) => types[0]?.get(name) ?? inner.step(name) };
    if ('repeat' in step)
      flaws.push(
        ...checkSites(
          [{ place: [...place, 'repeat', 'until'], value: step.repeat.until, wanted: 'bool' }],
          after,
        ),
      );
    if ('forEach' in step && step.output !== undefined)
      flaws.push(...checkSites([{ place: [...place, 'output'], value: step.output }], after));
    return stepType(outputOf(step));
  }

  /** A wait for what is never told would never end. */
  function eventOf(type: string, place: Place): void {
    try {
      checkEventType(type);
    } catch (error) {
      if (!(error instanceof CadreError)) throw error;
      report(place, 'event', error.message);
    }
  }

  function approvalOf(
    step: Step,
    by: string,
    place: Place,
    list: ReadonlyMap<string, Step>,
    before: ReadonlyMap<string, ReadonlySet<string>>,
  ): void {
    const approval = list.get(by);
    if (!approval || !('approval' in approval))
      report(place, 'approval', `${by} is not an approval in the list of ${step.name}`);
    else if (!before.get(step.name)?.has(by)) report(place, 'approval', `${step.name} does not need ${by}`);
    else if (approvals.has(by))
      report(place, 'approval', `${by} serves ${approvals.get(by)} already, and an approval serves one step`);
    else approvals.set(by, step.name);
  }

  function schemaOf(schema: Workflow['input'], place: Place): void {
    if (schema === undefined) return;
    for (const { place: inner, message } of schemaProblems(schema))
      report([...place, ...inner], 'schema', message);
  }
}

const meant = (word: string, known: readonly string[]) => {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
};

/** The lists in a step, with their places in the document. */
function innerLists(step: Step, place: Place): Array<[Place, readonly Step[]]> {
  // The form of the document has been looked at: these are lists of steps.
  return listsIn(step, kindOf(step)).map(([inner, list]) => [[...place, ...inner], list as readonly Step[]]);
}

/** What each step needs, directly or through others. The graph has no cycle. */
function ended(
  graph: ReadonlyArray<{ name: string; dependsOn: readonly string[] }>,
): Map<string, Set<string>> {
  const direct = new Map(graph.map(({ name, dependsOn }) => [name, dependsOn]));
  const found = new Map<string, Set<string>>();
  for (const { name } of graph) {
    const seen = new Set<string>();
    const open = [...(direct.get(name) ?? [])];
    for (let need = open.pop(); need !== undefined; need = open.pop()) {
      if (seen.has(need)) continue;
      seen.add(need);
      open.push(...(direct.get(need) ?? []));
    }
    found.set(name, seen);
  }
  return found;
}

const ERROR: Type = { kind: 'map', fields: { code: TEXT, message: TEXT, step: TEXT }, of: undefined };

const stepType = (output: Type): Type => ({
  kind: 'map',
  fields: { status: TEXT, output, error: ERROR },
  of: undefined,
});
const ANY_STEP = stepType(DYN);

function outputOf(step: Step): Type {
  if ('goal' in step) return step.output === undefined ? DYN : typeOfSchema(step.output);
  if ('forEach' in step) return { kind: 'list', of: DYN };
  if (!('parallel' in step)) return DYN;
  const branches = Object.keys(step.parallel).map((label): [string, Type] => [label, DYN]);
  return { kind: 'map', fields: Object.fromEntries(branches), of: undefined };
}

/** What all that stands in a step sees. */
function innerView(step: Step, view: View): View {
  if ('forEach' in step) {
    const { type } = typeOf(step.forEach, (name, isStep) =>
      !isStep && Object.hasOwn(view.variables, name) ? view.variables[name] : view.step(name),
    );
    const item = type.kind === 'list' ? type.of : DYN;
    return { ...view, variables: { ...view.variables, [step.as ?? 'item']: item, index: NUMBER } };
  }
  return 'repeat' in step ? { ...view, variables: { ...view.variables, round: NUMBER } } : view;
}

/** What one of its lists sees besides. */
function variablesIn(step: Step, listPlace: Place, view: View): View['variables'] {
  return 'try' in step && listPlace.at(-1) === 'catch' ? { ...view.variables, error: ERROR } : view.variables;
}
