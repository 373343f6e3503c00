import { z } from 'zod';
import type { Operation } from '../../platform/kernel/operation.ts';

type Schema = Record<string, unknown>;

const problemSchema = z.object({
  type: z.string().describe('Link to the entry of the error catalogue.'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.string().describe('Code of the catalogue, such as task/not-found.'),
  hint: z.string().describe('The next step to take.'),
  retryable: z.boolean(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  traceId: z.string(),
});

/** The OpenAPI 3.1 document of the operations, in the order of their paths. */
export function openApi(operations: readonly Operation[], version: string): Schema {
  const paths: Record<string, Record<string, unknown>> = {};
  const ordered = [...operations].sort((a, b) => (a.route.path < b.route.path ? -1 : 1));
  for (const operation of ordered) {
    const path = `/api/v1${operation.route.path}`;
    paths[path] = { ...paths[path], [operation.route.method.toLowerCase()]: describe(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cadre',
      version,
      description:
        'Give Cadre a goal: a chief of staff plans it, operators carry it out, nothing is lost when a process ' +
        'dies. Lists are paged with `cursor` and `limit`; every POST accepts an `Idempotency-Key`; errors are ' +
        'problem details (RFC 9457) with a code of `/docs/errors`.',
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }, { session: [] }],
    tags: [...new Set(ordered.map(tagOf))].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key made by `cadre key create`.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'cadre-session-7200',
          description:
            'The name ends with the port of the server; under TLS it is `__Host-cadre-session`. What is not a GET ' +
            'also needs the `csrf` of `GET /session` in the header `X-CSRF-Token`.',
        },
      },
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
    },
  };
}

function describe(operation: Operation): Schema {
  const { route } = operation;
  const input = jsonSchema(operation.input, 'input');
  const properties = (input.properties ?? {}) as Record<string, Schema>; // an input is an object schema
  const required = new Set((input.required ?? []) as string[]);
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1]));
  const rest = Object.entries(properties).filter(([name]) => !inPath.includes(name));
  const parameters: Schema[] = inPath.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: properties[name] ?? { type: 'string' },
  }));
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
  if (!hasBody) {
    for (const [name, schema] of rest) {
      parameters.push({ name, in: 'query', required: required.has(name), schema });
    }
  }
  if (route.method === 'POST' && route.answer !== 'bytes') {
    const schema = { type: 'string', maxLength: 200 };
    parameters.push({ name: 'Idempotency-Key', in: 'header', required: false, schema });
  }
  if (route.answer === 'events') {
    parameters.push({ name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } });
  }
  return {
    operationId: operation.name,
    summary: operation.summary,
    tags: [tagOf(operation)],
    'x-permission': operation.permission,
    'x-effect': operation.effect,
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody && rest.length > 0 && { requestBody: body(operation, input, rest, inPath) }),
    responses: {
      [String(route.status ?? 200)]: answer(operation),
      default: {
        description: 'What went wrong',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function body(operation: Operation, input: Schema, rest: [string, Schema][], inPath: string[]): Schema {
  const required = ((input.required ?? []) as string[]).filter((name) => !inPath.includes(name));
  const schema: Schema = { type: 'object', properties: Object.fromEntries(rest) };
  if (required.length > 0) schema.required = required;
  if (input.additionalProperties === false) schema.additionalProperties = false;
  if (operation.route.body === 'multipart') {
    const files = { type: 'array', items: { type: 'string', format: 'binary' } };
    schema.properties = { ...Object.fromEntries(rest), files };
    return { required: true, content: { 'multipart/form-data': { schema } } };
  }
  const given = operation.example as Record<string, unknown>; // an input is an object
  const example = Object.fromEntries(Object.entries(given).filter(([name]) => !inPath.includes(name)));
  return { required: required.length > 0, content: { 'application/json': { schema, example } } };
}

function answer(operation: Operation): Schema {
  const { route } = operation;
  if (route.answer === 'events') {
    const schema = { type: 'string', description: 'Server-sent events with id, event and JSON data.' };
    return { description: 'A stream that stays open', content: { 'text/event-stream': { schema } } };
  }
  if (route.answer === 'bytes') {
    const content = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
    return { description: 'The file', content };
  }
  const schema = jsonSchema(operation.output, 'output');
  return { description: 'Done', content: { 'application/json': { schema } } };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema: made }) {
      const { def } = zodSchema._zod;
      // As an operation refuses what its input does not name.
      if (io === 'input' && def.type === 'object' && !def.catchall) made.additionalProperties = false;
    },
  });
  return json;
}

function tagOf(operation: Operation): string {
  return operation.name.split('.')[0] ?? operation.name;
}
