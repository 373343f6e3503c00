import { LineCounter, parseDocument } from 'yaml';
import { type Workflow, workflowSchema } from './language.ts';
import { canonical } from './places.ts';

/** What is wrong with the text of a workflow, and where. */
export interface Problem {
  line: number;
  column: number;
  /** Where in the document, such as `steps.2.if`. */
  path: string;
  code: string;
  message: string;
}

/** Reads a workflow written in YAML or JSON; in the form that is carried out when nothing is wrong. */
export function readWorkflow(text: string): { workflow?: Workflow; problems: Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const first = document.errors[0];
  if (first) {
    const { line, col } = lines.linePos(first.pos[0]);
    return {
      problems: [
        { line, column: col, path: '', code: 'syntax', message: first.message.split('\n')[0] ?? '' },
      ],
    };
  }
  const parsed = workflowSchema.safeParse(document.toJS());
  if (parsed.success) return { workflow: canonical(parsed.data), problems: [] };
  const problems = parsed.error.issues.map((issue) => ({
    line: 1,
    column: 1,
    path: issue.path.join('.'),
    code: 'shape',
    message: issue.message,
  }));
  return { problems };
}
