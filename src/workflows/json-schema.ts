import { z } from 'zod';
import { workflowSchema } from './language.ts';

/**
 * The form of a workflow as a JSON Schema, for editors that complete and check while people write. It says what can be
 * said of form alone; `cadre workflow check` says the rest.
 */
export function workflowJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(workflowSchema, { io: 'input' });
  return {
    $schema,
    title: 'A workflow of Cadre',
    description: 'Steps, when they begin, and what they do. See docs/workflow-language.md.',
    ...schema,
  };
}
