// TypeScript types of every operation, printed from the OpenAPI document: what the console may ask and what it gets.
// Covers the JSON Schema that our operations use; anything else becomes `unknown`, never a wrong type.

/** The text of web/src/api/types.ts. */
export function clientTypes(openApi) {
  const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  operations.sort((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1));
  const json = operations.filter(({ operation }) => answerOf(operation) !== undefined);
  const types = json.map(
    ({ operation }) =>
      `  '${operation.operationId}': { input: ${inputType(operation)}; output: ${type(answerOf(operation))} };`,
  );
  const routes = operations.map(
    ({ path, method, operation }) => `  '${operation.operationId}': ['${method}', '${path}'],`,
  );
  const eventTypes = openApi.paths['/api/v1/event-log'].get.parameters.find(({ name }) => name === 'type')
    .schema.enum;
  return `// Made by scripts/docs.mjs from the operations. Do not edit: change the operation and run it again.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What each operation takes and answers. */
export interface Operations {
${types.join('\n')}
}

/** Every kind of event. */
export const EVENT_TYPES = [
${eventTypes.map((each) => `  '${each}',`).join('\n')}
] as const;

/** Method and path of each operation. */
export const ROUTES = {
${routes.join('\n')}
} as const;
`;
}

/** The schema of the JSON answer, or undefined where bytes or events leave. */
function answerOf(operation) {
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
  return success?.content?.['application/json']?.schema;
}

function inputType(operation) {
  const body = operation.requestBody?.content?.['application/json'];
  const properties = { ...body?.schema?.properties };
  const required = new Set(body?.schema?.required ?? []);
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'header') continue;
    properties[parameter.name] = parameter.schema;
    if (parameter.required) required.add(parameter.name);
  }
  return objectType({ properties, required: [...required] });
}

function type(schema) {
  if (!schema || schema === true) return 'unknown';
  if (schema.$ref) return 'Json';
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map(type))].join(' | ');
  if (Array.isArray(schema.type))
    return schema.type.map((each) => type({ ...schema, type: each })).join(' | ');
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return `Array<${type(schema.items)}>`;
    case 'object':
      return objectType(schema);
    default:
      return 'unknown';
  }
}

function objectType({ properties = {}, required = [], additionalProperties }) {
  const names = Object.keys(properties);
  if (names.length === 0) {
    return additionalProperties ? `Record<string, ${type(additionalProperties)}>` : 'Record<string, never>';
  }
  const fields = names.map(
    (name) =>
      `${/^\w+$/.test(name) ? name : JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${type(properties[name])}`,
  );
  return `{ ${fields.join('; ')} }`;
}
