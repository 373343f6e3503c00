import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { CadreError } from '../../platform/kernel/errors.ts';
import { isRecord } from '../../platform/kernel/json.ts';
import { type Operation, shapeOf } from '../../platform/kernel/operation.ts';
import { type Flags, type Given, toKebab } from './arguments.ts';
import { connect } from './connect.ts';
import { expandPaths, readUpload } from './files.ts';
import { readJson, readObject, readText } from './given-json.ts';
import type { CliHouse, CliNeeds, Command } from './needs.ts';
import { EXIT, printAnswer, printProblems, problemsIn } from './print.ts';
import { readable } from './run.ts';

/**
 * Commands made from operations: `tasks.list` is `cadre task list`. Path parameters and required texts may be
 * given without their flags, in order; anything may come as JSON with `--data`.
 */
export function derivedCommands<House extends CliHouse>(needs: CliNeeds<House>): Command[] {
  return needs.operations.map((operation) => derive(needs, operation, firstOf(needs.operations, operation)));
}

/** How the first of a list comes about, by its verb; in a room with several of them the one that stands first here. */
const MAKES = ['create', 'save', 'submit', 'upload', 'open', 'start'];
/** Rooms whose things come with those of another. */
const COMES_WITH: Record<string, string> = { models: 'providers' };

/** The command that makes the first of what a list would hold; undefined for what nobody makes by a command. */
export function firstOf(
  operations: ReadonlyArray<Pick<Operation, 'name'>>,
  { name }: Pick<Operation, 'name'>,
): string | undefined {
  const [room = '', verb] = name.split('.');
  if (verb !== 'list') return undefined;
  const wanted = MAKES.map((makes) => `${COMES_WITH[room] ?? room}.${makes}`);
  const found = wanted.flatMap((one) => operations.find((operation) => operation.name === one) ?? []);
  return found[0] && commandName(found[0]);
}

/** `keys.signIn` → `key sign-in`. */
export function commandName(operation: Pick<Operation, 'name'>): string {
  const [room = '', verb = ''] = operation.name.split('.');
  const noun = room.endsWith('ies') ? `${room.slice(0, -3)}y` : room.replace(/s$/, '');
  // One thing is always shown by `show`, whatever the operation calls it (DESIGN section 3).
  return `${toKebab(noun)} ${verb === 'get' ? 'show' : toKebab(verb)}`;
}

/** What may be given without a flag, in order, as the help shows it. */
export function placesOf(operation: Pick<Operation, 'input' | 'route'>): string[] {
  return shownPlaces(operation, propertiesOf(operation));
}

function shownPlaces(operation: Pick<Operation, 'route'>, properties: Property[]): string[] {
  const isFile = (name: string) => properties.some((one) => one.name === name && one.isFile);
  const places = positionalsOf(operation, properties).map((name) => (isFile(name) ? 'file' : toKebab(name)));
  return operation.route.body === 'multipart' ? [...places, 'file…'] : places;
}

/** Rooms whose things have a page of their result; other things with a `result`, such as messages, have none. */
const GIVES_TASKS = /^(tasks|delegations)\.|^agents\.delegate$/;

interface Property {
  name: string;
  kind: 'text' | 'number' | 'boolean' | 'list' | 'json';
  required: boolean;
  /** A text with a media type of its own: without its flag, the path of a file that holds it. */
  isFile: boolean;
  /** Sent and never shown: on the command line it would stand in the list of processes, so it comes from elsewhere. */
  isSecret: boolean;
  about: string;
}

function derive<House extends CliHouse>(
  needs: CliNeeds<House>,
  operation: Operation<House>,
  first: string | undefined,
): Command {
  let known: Property[] | undefined;
  // Only the command that is given or shown reads its schema: hundreds of them would take longer than the command.
  const properties = () => {
    known ??= propertiesOf(operation);
    return known;
  };
  return {
    name: commandName(operation),
    ...(operation.name.endsWith('.list') && { alias: toKebab(operation.name.split('.')[0] ?? '') }),
    summary: operation.summary,
    get usage() {
      return shownPlaces(operation, properties())
        .map((place) => `<${place}>`)
        .join(' ');
    },
    get flags() {
      return flagsOf(operation, properties());
    },
    async run(given) {
      const { input, paths, texts } = await readInput(needs, given, operation, properties());
      const client = await connect(needs, given, {
        works: false,
        onlyServer: operation.route.answer === 'events',
      });
      try {
        return await perform(needs, given, operation, client, { input, paths, texts }, first);
      } finally {
        await client.close();
      }
    },
  };
}

function flagsOf({ route }: Pick<Operation, 'route'>, properties: Property[]): Flags {
  const flags: Flags = Object.fromEntries(
    properties.map(({ name, kind, isSecret, about }) => [
      toKebab(name),
      {
        kind: kind === 'boolean' ? 'switch' : kind === 'list' ? 'list' : 'text',
        value: isSecret ? '@file' : kind,
        about: isSecret ? `${about} A file, or - for standard input.` : about,
      },
    ]),
  );
  flags.data = {
    kind: 'text',
    value: 'json',
    about: 'The whole input as JSON, @file, or @- for standard input',
  };
  if (route.answer === 'bytes') flags.out = { kind: 'text', value: 'file', about: 'Write to this file' };
  return flags;
}

async function perform<House extends CliHouse>(
  { terminal }: CliNeeds<House>,
  given: Given,
  operation: Operation<House>,
  client: Awaited<ReturnType<typeof connect>>,
  { input, paths, texts }: Read,
  first: string | undefined,
): Promise<number> {
  if (operation.route.answer === 'events') {
    const stop = new AbortController();
    const quiet = terminal.onStop(() => stop.abort());
    for await (const item of client.follow(operation.name, input, stop.signal)) {
      terminal.out(
        given.json ? JSON.stringify(item) : `${item.id}  ${item.event}  ${JSON.stringify(item.data)}`,
      );
    }
    quiet();
    return EXIT.ok;
  }
  if (operation.route.answer === 'bytes') {
    const { bytes } = await client.download(operation.name, input);
    const file = given.text('out');
    if (file === undefined) terminal.write(bytes);
    else writeFileSync(file, bytes);
    return EXIT.ok;
  }
  const files = paths.map(readUpload);
  const answer = await client.call(operation.name, input, paths.length > 0 ? { files } : {});
  const problems = problemsIn(answer);
  if (given.json) terminal.out(JSON.stringify(answer, null, 2));
  else if (problems) printProblems(terminal, problems, texts);
  else if (isRecord(answer) && isRecord(answer.result) && GIVES_TASKS.test(operation.name)) {
    // A task: what it says of itself first, then its result as a person reads it.
    const { result: _result, plan: _plan, input: _input, ...rest } = answer;
    printAnswer(terminal, rest);
    terminal.out(`\n${await readable(client, terminal, String(answer.id))}`);
  } else printAnswer(terminal, answer, Object.keys(input).length === 0 ? first : undefined);
  return problems && problems.length > 0 ? EXIT.failed : EXIT.ok;
}

/** What was read from the command line. */
interface Read {
  input: Record<string, unknown>;
  /** Files to upload. */
  paths: string[];
  /** Files whose text stands in the input. */
  texts: string[];
}

async function readInput<House extends CliHouse>(
  { terminal }: CliNeeds<House>,
  given: Given,
  operation: Pick<Operation, 'route'>,
  properties: Property[],
): Promise<Read> {
  const places = positionalsOf(operation, properties);
  const isUpload = operation.route.body === 'multipart';
  const input: Record<string, unknown> = { ...(await readObject('data', given.text('data'), terminal)) };
  const rest = [...given.positionals];
  const texts: string[] = [];
  for (const name of places) {
    const value = given.text(toKebab(name)) === undefined && !(name in input) ? rest.shift() : undefined;
    if (value === undefined) continue;
    const isFile = properties.some((one) => one.name === name && one.isFile);
    input[name] = isFile ? await readText(value, terminal) : value;
    if (isFile) texts.push(value);
  }
  for (const property of properties) {
    const value = property.isSecret
      ? await secretValue(given, property, terminal)
      : givenValue(given, property);
    if (value !== undefined) input[property.name] = value;
  }
  const missing = places.find((name) => input[name] === undefined);
  if (missing) {
    const isFile = properties.some((one) => one.name === missing && one.isFile);
    throw new CadreError('cli/usage', { detail: `<${isFile ? 'file' : toKebab(missing)}> is missing` });
  }
  if (!isUpload && rest.length > 0)
    throw new CadreError('cli/usage', { detail: `"${rest[0]}" is not expected` });
  return { input, paths: isUpload ? expandPaths(rest) : [], texts };
}

async function secretValue(
  given: Given,
  { name }: Property,
  terminal: Parameters<typeof readText>[1],
): Promise<string | undefined> {
  const flag = toKebab(name);
  const text = given.text(flag);
  if (text === undefined) return undefined;
  if (text === '-' || text.startsWith('@')) return (await readText(text.replace(/^@/, ''), terminal)).trim();
  const detail = `--${flag} takes @file, or - for standard input: here it would show in the list of processes`;
  throw new CadreError('cli/usage', { detail });
}

function givenValue(given: Given, { name, kind }: Property): unknown {
  const flag = toKebab(name);
  if (kind === 'boolean') return given.said(flag);
  if (kind === 'list') {
    const values = given.list(flag);
    return values.length > 0
      ? values.map((value) => (value.startsWith('{') ? readJson(flag, value) : value))
      : undefined;
  }
  const text = given.text(flag);
  if (text === undefined) return undefined;
  if (kind === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return kind === 'json' && /^[{["]/.test(text) ? readJson(flag, text) : text;
}

function propertiesOf(operation: Pick<Operation, 'input' | 'route'>): Property[] {
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' });
  const required = new Set(schema.required ?? []);
  return [...shapeOf(operation.input)]
    .filter(([name]) => !(operation.route.body === 'multipart' && name === 'files'))
    .map(([name, types]) => {
      const property = (schema.properties?.[name] ?? {}) as JsonProperty;
      const about = [property.description, property.enum?.join(', ')].filter(Boolean).join(' · ');
      const isFile = property.contentMediaType !== undefined;
      const isPlaced = required.has(name) || property['x-positional'] === true;
      const isSecret = property.writeOnly === true;
      return { name, kind: kindOf(types), required: isPlaced, isFile, isSecret, about };
    });
}

interface JsonProperty {
  description?: string;
  enum?: string[];
  contentMediaType?: string;
  writeOnly?: boolean;
  /** An optional text that stands in its place all the same. */
  'x-positional'?: boolean;
}

/** How a flag is read. A choice between types stays as it was typed, for the schema to read. */
function kindOf(types: ReadonlySet<string>): Property['kind'] {
  const is = (...names: string[]) =>
    types.size > 0 && [...types].every((type) => [...names, 'null'].includes(type));
  if (types.has('boolean') && is('boolean', 'string')) return 'boolean';
  if (is('string')) return 'text';
  if (is('integer', 'number')) return 'number';
  return types.has('array') ? 'list' : 'json';
}

/** Path parameters in their order, then required texts and those marked `x-positional`. */
function positionalsOf(operation: Pick<Operation, 'route'>, properties: Property[]): string[] {
  const inPath = [...operation.route.path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1]));
  const texts = properties.filter(
    ({ required, kind, name }) => required && kind === 'text' && !inPath.includes(name),
  );
  return [...inPath, ...texts.map(({ name }) => name)];
}
