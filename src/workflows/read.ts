import { checkWorkflow } from './check.ts';
import { type Place, readDocument } from './document.ts';
import { type Workflow, workflowSchema } from './language.ts';
import { canonical } from './places.ts';
import { type Problem, shapeProblems } from './shape.ts';

/** What is wrong with a text, where people can see it. */
export interface ReadProblem {
  /** From 1. */
  line: number;
  column: number;
  /** The place in the document, such as `steps[2].repeat.until`; empty for the whole. */
  path: string;
  code: string;
  message: string;
}

export interface ReadWorkflow {
  /** In the form that is stored: every step has `needs`. Undefined when there are problems. */
  workflow?: Workflow;
  /** In the order of the text. */
  problems: ReadProblem[];
}

/** Reads a workflow from YAML or JSON, and says everything that keeps it from being one. Throws nothing. */
export function readWorkflow(text: string): ReadWorkflow {
  const document = readDocument(text);
  if (document.problems.length > 0) {
    return {
      problems: document.problems.map(({ at, code, message }) => ({
        ...document.positionOf([], 'value', at),
        path: '',
        code,
        message,
      })),
    };
  }
  const { problems, workflow } = workflowOf(document.value);
  if (workflow) return { workflow, problems: [] };
  const placed = problems.map(({ place, at, offset, code, message }) => ({
    ...document.positionOf(place, at, offset),
    path: pathOf(place),
    code,
    message,
  }));
  return { problems: placed.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** The same for a document that is already there as JSON. */
export function workflowOf(document: unknown): { workflow?: Workflow; problems: Problem[] } {
  const shape = shapeProblems(document);
  if (shape.length > 0) return { problems: shape };
  const parsed = workflowSchema.safeParse(document);
  if (!parsed.success) {
    // What the kinds alone allow and the whole does not; the words are zod's.
    const problems = parsed.error.issues.map(({ path, message }) => ({
      place: path.map((key) => (typeof key === 'number' ? key : String(key))),
      code: 'shape',
      message,
    }));
    return { problems };
  }
  const problems = checkWorkflow(parsed.data);
  return problems.length > 0 ? { problems } : { workflow: canonical(parsed.data), problems };
}

/** A place as people write it. */
export function pathOf(place: Place): string {
  return place.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
    '',
  );
}
