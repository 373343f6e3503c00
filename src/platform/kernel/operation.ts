import { z } from 'zod';
import { CadreError } from './errors.ts';
import { isRecord } from './json.ts';

/**
 * An operation is a public thing Cadre can do. Every door (HTTP, CLI, later MCP and A2A), the OpenAPI document
 * and the permission tests are derived from the list of operations; a door translates and never decides.
 */

/** Input of an operation on one thing. */
export const byId = z.object({ id: z.string() });
/** An id of the right form, for examples. */
export const someId = '01890000-0000-7000-8000-000000000000';

/** Roles in rising order of power. */
export const ROLES = ['viewer', 'operator', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** What somebody came in with. */
export interface Actor {
  readonly kind: 'key' | 'session' | 'system';
  readonly id: string;
  readonly name: string;
  /** Who stands behind a session: whose key opened it, or made the link that did. */
  readonly person?: string;
}

/**
 * Who it is, however they came in: a session is the same person as the key that opened it, or that made its link.
 * Two keys are two people.
 */
export const personOf = ({ kind, id, person }: Actor): string => person ?? `${kind}:${id}`;

/** Who asks: found once by the door, trusted inside. */
export interface Caller {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly role: Role;
  readonly traceId: string;
  readonly signal: AbortSignal;
  /**
   * The `Idempotency-Key` of the request. A verb that creates something stores it with what it creates, so that
   * a request sent again after a crash between work and answer finds the first result.
   */
  readonly idempotencyKey?: string;
  /**
   * What was kept under the key of this request when it came before. Only where the answer is a stream: the operation
   * opens that stream again and begins nothing.
   */
  readonly keptAnswer?: unknown;
}

/** A file as it came through a door: in the `files` of the input of an operation whose route is multipart. */
export interface UploadedFile {
  /** As the sender called it. Never used as a path. */
  readonly name: string;
  /** As the sender claims; the content decides. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What an operation with `answer: 'bytes'` returns. */
export interface BytesAnswer {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** One item of what an operation with `answer: 'events'` returns (an `AsyncIterable` of these). */
export interface StreamEvent {
  /** Cursor: following `after` this id gives what comes next. */
  readonly id: string;
  /** `noun.past-participle`, such as `task.settled`. */
  readonly event: string;
  readonly data: unknown;
}

/** How HTTP offers an operation. Path parameters, query (GET, DELETE) or body fill the one input object. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, with parameters in braces: `/tasks/{id}`. */
  readonly path: string;
  /** Status of success: 201 for create, 202 for submit; 200 when absent. */
  readonly status?: number;
  /** Status when the answer says `partial: true` (207: some of several things were done). */
  readonly partialStatus?: number;
  /** How the input arrives when it is not JSON. */
  readonly body?: 'multipart';
  /** What leaves when it is not JSON: server-sent events, or bytes of a file. */
  readonly answer?: 'events' | 'bytes';
  /** How the data of events is framed; absent: with id and event, as `StreamEvent`. */
  readonly framing?: 'ui-messages';
  /** Fields of the answer shown once: a repeated request with the same Idempotency-Key finds null there. */
  readonly shownOnce?: readonly string[];
}

/** An operation as its room writes it, with the types of its schemas. */
export interface OperationSpec<Needs, Input extends z.ZodType, Output extends z.ZodType> {
  /** `noun.verb`: `tasks.submit` is `cadre task submit`. */
  readonly name: `${string}.${string}`;
  readonly summary: string;
  readonly route: Route;
  readonly input: Input;
  readonly output: Output;
  /** The least role that may call it. */
  readonly permission: Role;
  readonly effect: 'read' | 'write' | 'destroy';
  /** Input that a test runs and the documentation shows. */
  readonly example: z.input<Input>;
  run(needs: Needs, caller: Caller, input: z.output<Input>): Promise<z.input<Output>>;
}

/** An operation as doors see it: input of unknown form is parsed inside `run`, after the role was checked. */
export interface Operation<Needs = never> {
  readonly name: `${string}.${string}`;
  readonly summary: string;
  readonly route: Route;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly permission: Role;
  readonly effect: 'read' | 'write' | 'destroy';
  readonly example: unknown;
  run(needs: Needs, caller: Caller, input: unknown): Promise<unknown>;
}

/** Wraps a spec: role first, then the schema, then the work. */
export function operation<Needs, Input extends z.ZodType, Output extends z.ZodType>(
  spec: OperationSpec<Needs, Input, Output>,
): Operation<Needs> {
  return {
    ...spec,
    async run(needs, caller, input) {
      if (ROLES.indexOf(caller.role) < ROLES.indexOf(spec.permission)) {
        throw new CadreError('auth/forbidden', { role: caller.role, operation: spec.name });
      }
      const parsed = spec.input.safeParse(input);
      // What nobody reads is refused, too: a limit or a filter with a name that is not known would hold nothing back.
      const wrong = [...(parsed.error ? explain(parsed.error) : []), ...strangersIn(spec.input, input)];
      if (!parsed.success || wrong.length > 0)
        throw new CadreError('request/invalid', { detail: wrong.slice(0, PROBLEMS_TOLD).join('; ') });
      return spec.run(needs, caller, parsed.data);
    },
  };
}

const PROBLEMS_TOLD = 5;

function explain({ issues }: z.ZodError): string[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((name) => stranger([...issue.path, name]))
      : `${issue.path.map(String).join('.') || 'input'}: ${issue.message}`,
  );
}

const stranger = (path: readonly PropertyKey[]) =>
  `${path.map(String).join('.').slice(0, 200)}: nothing has this name here`;

/** Names in an input that its schema would drop, with those that it knows there. Strict schemas refuse by themselves. */
function strangersIn(schema: z.core.$ZodType, value: unknown, path: readonly string[] = []): string[] {
  if (!drops(schema)) return [];
  const def = defOf(schema);
  switch (def.type) {
    case 'object': {
      if (!isRecord(value)) return [];
      return Object.entries(value).flatMap(([name, inner]) => {
        const known = Object.hasOwn(def.shape, name) ? def.shape[name] : def.catchall;
        if (known) return strangersIn(known, inner, [...path, name]);
        if (inner === undefined) return [];
        const names = Object.keys(def.shape).join(', ') || 'nothing';
        return [`${stranger([...path, name])}; there is ${names}`];
      });
    }
    case 'array':
      if (!Array.isArray(value)) return [];
      return value.flatMap((inner, index) => strangersIn(def.element, inner, [...path, String(index)]));
    case 'record':
      if (!isRecord(value)) return [];
      return Object.entries(value).flatMap(([name, inner]) =>
        strangersIn(def.valueType, inner, [...path, name]),
      );
    case 'union': {
      const fitting = def.options.find((option) => z.safeParse(option, value).success);
      return fitting ? strangersIn(fitting, value, path) : [];
    }
    default:
      return partsOf(def).flatMap((inner) => strangersIn(inner, value, path));
  }
}

/** Whether a schema drops names anywhere: free JSON does not, however large it is, and is not looked through. */
function drops(schema: z.core.$ZodType): boolean {
  let known = dropping.get(schema);
  if (known === undefined) {
    const reached = new Set([schema]); // a set is walked through with what is added meanwhile
    for (const one of reached) for (const part of partsOf(defOf(one))) reached.add(part);
    known = [...reached].map(defOf).some((def) => def.type === 'object' && !def.catchall);
    dropping.set(schema, known);
  }
  return known;
}
const dropping = new WeakMap<z.core.$ZodType, boolean>();

const defOf = (schema: z.core.$ZodType) => (schema as z.core.$ZodTypes)._zod.def; // every schema of Zod is one of these

/** The schemas that one is made of. */
function partsOf(def: z.core.$ZodTypes['_zod']['def']): readonly z.core.$ZodType[] {
  switch (def.type) {
    case 'object':
      return [...Object.values(def.shape), ...(def.catchall ? [def.catchall] : [])];
    case 'array':
      return [def.element];
    case 'record':
      return [def.valueType];
    case 'union':
      return def.options;
    case 'optional':
    case 'nonoptional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'catch':
      return [def.innerType];
    case 'pipe':
      return [def.in];
    case 'lazy':
      return [def.getter()];
    default:
      return [];
  }
}

/** The JSON types that each property of an input accepts: what doors need to read text from queries and flags. */
export type Shape = ReadonlyMap<string, ReadonlySet<string>>;

/** The shape of an input schema, made once when it is first asked for. A property of any type has an empty set. */
export function shapeOf(schema: z.ZodType): Shape {
  let shape = shapes.get(schema);
  if (!shape) {
    const { properties } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    shape = new Map(Object.entries(properties ?? {}).map(([name, property]) => [name, typesOf(property)]));
    shapes.set(schema, shape);
  }
  return shape;
}
const shapes = new WeakMap<z.ZodType, Shape>();

interface JsonSchema {
  type?: string | string[];
  anyOf?: unknown[];
  oneOf?: unknown[];
}

function typesOf(schema: unknown): Set<string> {
  if (typeof schema !== 'object' || schema === null) return new Set();
  const { type, anyOf, oneOf } = schema as JsonSchema;
  const inner = [...(anyOf ?? []), ...(oneOf ?? [])].flatMap((option) => [...typesOf(option)]);
  return new Set([...(type ? [type].flat() : []), ...inner]);
}

/** The list form every `list` operation answers with: keyset paging, newest first. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
