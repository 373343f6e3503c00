import { checkWorkflow } from './check.ts';
import { pathOf, readDocument } from './document.ts';
import { type Workflow, workflowSchema } from './language.ts';
import { canonical } from './places.ts';
import { type Flaw, shapeProblems } from './shape.ts';

/** What is wrong with a text, where people can see it. */
export interface Problem {
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
  problems: Problem[];
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
export function workflowOf(document: unknown): { workflow?: Workflow; problems: Flaw[] } {
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
