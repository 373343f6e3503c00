import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { Place } from './document.ts';
import { checkExpression, type Type, variablesOf } from './expression.ts';
import type { Step, WorkStep } from './language.ts';
import { type Flaw, nearest } from './shape.ts';
import { piecesOf } from './template.ts';
import { DYN, type TypeSource, type Wanted } from './types.ts';

/**
 * Expressions where they stand in a workflow: each is read, its names are looked for among what is sure to be there,
 * and its parts must go together.
 */

/** What can be read at a place. */
export interface View {
  /** The type of a step that has surely ended. */
  step(name: string): Type | undefined;
  /** Everything else with a name. */
  variables: Readonly<Record<string, Type>>;
  /** All steps of the workflow, to say why one cannot be read. */
  known: readonly string[];
}

/** A value of the document that holds expressions: one where something is `wanted`, else texts with `{{ }}`. */
export interface Site {
  place: Place;
  value: Json | undefined;
  wanted?: Wanted;
  /** What is seen here besides. */
  also?: Readonly<Record<string, Type>>;
}

type WorkParts = Pick<WorkStep, 'goal' | 'doneWhen' | 'input' | 'files'>;

/** The expressions that a step itself says, without those that look at the steps within it. */
export function sitesOfStep(step: Step, place: Place): Site[] {
  const at = (...inner: Place) => [...place, ...inner];
  const sites: Site[] = [{ place: at('if'), value: step.if, wanted: 'bool' }];
  if ('goal' in step) {
    sites.push(...sitesOfWork(step, place));
    if (step.compensate) sites.push(...sitesOfWork(step.compensate, at('compensate'), { [step.name]: DYN }));
    step.recover?.forEach((way, index) => {
      if ('alternative' in way)
        sites.push(...sitesOfWork(way.alternative, at('recover', index, 'alternative'), { error: DYN }));
    });
  } else if ('workflow' in step) sites.push({ place: at('input'), value: step.input });
  else if ('forEach' in step) sites.push({ place: at('forEach'), value: step.forEach, wanted: 'list' });
  else if ('switch' in step)
    step.switch.cases.forEach(({ when }, index) => {
      sites.push({ place: at('switch', 'cases', index, 'when'), value: when, wanted: 'bool' });
    });
  else if ('wait' in step) {
    const { wait } = step;
    if ('until' in wait) sites.push({ place: at('wait', 'until'), value: wait.until });
    else if ('event' in wait || 'topic' in wait) {
      const also: Record<string, Type> = { ['event' in wait ? 'event' : 'message']: DYN };
      sites.push({ place: at('wait', 'where'), value: wait.where, wanted: 'bool', also });
    }
  } else if ('approval' in step) {
    sites.push({ place: at('approval', 'ask'), value: step.approval.ask });
    sites.push({ place: at('approval', 'input'), value: step.approval.input });
  }
  return sites;
}

function sitesOfWork(work: WorkParts, place: Place, also: Record<string, Type> = {}): Site[] {
  return (['goal', 'doneWhen', 'input', 'files'] as const).map((key) => ({
    place: [...place, key],
    value: work[key],
    also,
  }));
}

/** What is wrong with the expressions of these places. */
export function checkSites(sites: readonly Site[], view: View): Flaw[] {
  return sites.flatMap((site) => {
    if (site.value === undefined) return [];
    if (site.wanted !== undefined) return checkOne(String(site.value), 0, site, view);
    return textsOf(site.value, site.place).flatMap(([place, text]) =>
      checkText(text, { ...site, place }, view),
    );
  });
}

/** Every text in a value, with its place. */
function textsOf(value: Json, place: Place): Array<[Place, string]> {
  if (typeof value === 'string') return value.includes('{{') ? [[place, value]] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, [...place, index]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, [...place, key]));
}

function checkText(text: string, site: Site, view: View): Flaw[] {
  try {
    return piecesOf(text).flatMap((piece) =>
      'text' in piece ? [] : checkOne(piece.expression, piece.offset, site, view),
    );
  } catch (error) {
    if (!(error instanceof CadreError)) throw error;
    const { detail, offset = 0 } = error.values;
    return [{ place: site.place, offset: Number(offset), code: 'expression', message: String(detail) }];
  }
}

function checkOne(expression: string, offset: number, site: Site, view: View): Flaw[] {
  const flaw = (at: number, code: string, message: string): Flaw => ({
    place: site.place,
    offset: offset + at,
    code,
    message,
  });
  const others: Readonly<Record<string, Type>> = {
    ...view.variables,
    steps: DYN,
    ...site.also,
  };
  const source: TypeSource = (name, isStep) =>
    !isStep && Object.hasOwn(others, name) ? others[name] : view.step(name);
  const flaws = namesIn(expression, source, Object.keys(others), view, flaw);
  if (flaws.length > 0) return flaws;
  return checkExpression(expression, { variables: source }, site.wanted).map((problem) =>
    flaw(problem.offset, 'expression', problem.message),
  );
}

/** Names that cannot be read here. */
function namesIn(
  expression: string,
  source: TypeSource,
  others: readonly string[],
  view: View,
  flaw: (at: number, code: string, message: string) => Flaw,
): Flaw[] {
  try {
    const found = variablesOf(expression);
    const unseen = (name: string, at: number) =>
      flaw(at, view.known.includes(name) ? 'not-ended' : 'unknown-name', whyNot(name, others, view));
    return [
      ...[...found.names].filter(([name]) => !source(name, false)).map((one) => unseen(...one)),
      ...[...found.steps].filter(([name]) => !source(name, true)).map((one) => unseen(...one)),
      ...(found.allSteps === undefined || !others.includes('steps')
        ? []
        : [
            flaw(
              found.allSteps,
              'all-steps',
              'say which step: steps.name. Which others have ended is up to chance',
            ),
          ]),
    ];
  } catch (error) {
    if (!(error instanceof CadreError)) throw error;
    const { detail, offset = 0 } = error.values;
    return [flaw(Number(offset), 'expression', String(detail))];
  }
}

/** Where names of the language can be read. */
const PLACES: Readonly<Record<string, string>> = {
  item: 'inside a forEach',
  index: 'inside a forEach',
  round: 'inside a repeat',
  error: 'in catch and in recover',
  event: 'in where of a wait for an event',
  message: 'in where of a wait for a message',
};

function whyNot(name: string, others: readonly string[], view: View): string {
  if (view.known.includes(name))
    return `the step ${name} may not have ended here: a step sees the steps it needs, and those that what is around it needs`;
  if (Object.hasOwn(PLACES, name)) return `${name} is only there ${PLACES[name]}`;
  const near = nearest(name, [...others, ...view.known]);
  return `there is no ${name}${near === undefined ? '' : `; did you mean ${near}?`}`;
}
