import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pause } from '../../platform/kernel/clock.ts';
import { CadreError, type ErrorRecord } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { Flags, Given } from './arguments.ts';
import type { Client } from './client.ts';
import { connect } from './connect.ts';
import { expandPaths, readUpload, sizeOf } from './files.ts';
import { readJson, readObject } from './given-json.ts';
import type { CliHouse, CliNeeds, Command } from './needs.ts';
import { EXIT, printRecord } from './print.ts';
import { createProgress, isEnd } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** The documents that come with Cadre. */
export const EXAMPLE_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../../examples/harbour');
export const EXAMPLE_GOAL = 'Brief me: who and what matters here, with sources';
/** How long a server may be away (a restart) before a running task is given up on this side. */
const AWAY_MS = 60_000;
/** One request holds at most this many files and about this many bytes, which it keeps in memory. */
const BATCH_FILES = 20;
const BATCH_BYTES = 50_000_000;

export interface Order {
  goal: string;
  paths: string[];
  /** More of the input of `tasks.submit`. */
  extra: Record<string, unknown>;
}

/** What `run` and `demo` show of a task that ended. */
export interface Ended {
  id: string;
  status: string;
  stopReason: string | null;
  stopSentence: string | null;
  error: ErrorRecord | null;
  result: { output: unknown; completeness: string } | null;
}

const RUN_FLAGS: Flags = {
  type: { kind: 'text', about: 'Type of the task' },
  priority: { kind: 'text', value: '0-100', about: 'Or low, normal, high, urgent' },
  deadline: { kind: 'text', value: 'time', about: 'RFC 3339; the task ends when it passes' },
  agent: { kind: 'text', value: 'id', about: 'Give the whole task to this agent' },
  capability: { kind: 'text', about: 'Give the whole task to the best agent with this capability' },
  model: {
    kind: 'text',
    value: 'provider/name',
    about: 'Work with this language model; `cadre models` lists them',
  },
  budget: {
    kind: 'text',
    value: 'usd',
    about: 'The most that it may cost; JSON also caps tokens and joules',
  },
  workflow: {
    kind: 'text',
    value: 'name',
    about: 'Follow this workflow (name@3 for one version); then only files',
  },
  input: { kind: 'text', value: 'json', about: 'Input as JSON, @file, or @- for standard input' },
  html: { kind: 'text', value: 'file', about: 'Also write the result as a page' },
};

/** `cadre run "<goal>" [files…]`: the main job. */
export function runCommand<House extends CliHouse>(needs: CliNeeds<House>): Command {
  return {
    name: 'run',
    summary: 'Gives Cadre a goal, or has it follow a workflow, and waits for the result.',
    usage: '"<goal>" | --workflow <name> [files and folders…]',
    flags: RUN_FLAGS,
    async run(given) {
      const workflow = given.text('workflow');
      // A workflow says itself what is to be done.
      const [goal, ...paths] = workflow === undefined ? given.positionals : ['', ...given.positionals];
      if (goal === undefined) throw new CadreError('cli/usage', { detail: 'The goal is missing' });
      const input = await readObject('input', given.text('input'), needs.terminal);
      const extra = {
        workflow,
        ...(input && { input }),
        type: given.text('type'),
        model: given.text('model'),
        priority: given.text('priority'),
        deadline: given.text('deadline'),
        agentId: given.text('agent'),
        capability: given.text('capability'),
        budget: budgetOf(given.text('budget')),
      };
      return runHere(needs, given, { goal, paths: expandPaths(paths), extra });
    },
  };
}

/** Dollars as they stand; JSON for each limit by its name. */
function budgetOf(text: string | undefined): unknown {
  return text?.startsWith('{') ? readJson('budget', text) : text;
}

/** `cadre demo`: the same over the bundled documents. */
export function demoCommand<House extends CliHouse>(needs: CliNeeds<House>): Command {
  return {
    name: 'demo',
    summary: 'Briefs you on the documents that come with Cadre.',
    usage: '',
    flags: { html: RUN_FLAGS.html as Flags[string] }, // defined above
    run: (given) =>
      runHere(needs, given, { goal: EXAMPLE_GOAL, paths: expandPaths([EXAMPLE_FOLDER]), extra: {} }),
  };
}

async function runHere<House extends CliHouse>(
  needs: CliNeeds<House>,
  given: Given,
  order: Order,
): Promise<number> {
  const { terminal } = needs;
  const stop = new AbortController();
  const quiet = terminal.onStop(() => stop.abort());
  const client = await connect(needs, given, { works: true });
  try {
    const quietly = given.json ? { ...terminal, note: () => {}, status: () => {} } : terminal;
    const ended = await carryOut(client, quietly, order, stop.signal);
    return await show(client, terminal, ended, { json: given.json, html: given.text('html') });
  } finally {
    quiet();
    await client.close();
  }
}

/** Uploads, submits, follows. @throws CadreError of any of these */
export async function carryOut(
  client: Client,
  terminal: Terminal,
  order: Order,
  signal: AbortSignal,
): Promise<Ended> {
  const files: string[] = [];
  for (const batch of batchesOf(order.paths)) {
    terminal.status(`  uploading ${files.length}/${order.paths.length} …`);
    const answer = await client.call('files.upload', {}, { files: batch.map(readUpload) });
    files.push(...fileIdsOf(answer, terminal));
  }
  const input = {
    ...(order.goal && { goal: order.goal }),
    ...order.extra,
    ...(files.length > 0 && { files }),
  };
  const answer = await client.call('tasks.submit', input, { idempotencyKey: newId() });
  const { id } = answer as { id: string }; // answer of tasks.submit
  terminal.note(terminal.paint('soft', `Task ${id} at ${client.place}`));
  await followToEnd(client, terminal, id, signal);
  return (await client.call('tasks.get', { id })) as Ended; // a task, of which these fields are read
}

function batchesOf(paths: readonly string[]): string[][] {
  const batches: string[][] = [];
  let room = 0;
  for (const path of paths) {
    const size = sizeOf(path);
    const last = batches.at(-1);
    if (last && last.length < BATCH_FILES && size <= room) last.push(path);
    else {
      batches.push([path]);
      room = BATCH_BYTES;
    }
    room -= size;
  }
  return batches;
}

/** Follows the task to its end, over restarts of the server. */
async function followToEnd(
  client: Client,
  terminal: Terminal,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const tell = createProgress(terminal, id);
  let after: string | undefined;
  let awayMs = 0;
  while (!signal.aborted) {
    try {
      const input = { id, ...(after !== undefined && { after }) };
      for await (const item of client.follow('tasks.stream', input, signal)) {
        awayMs = 0;
        after = item.id;
        tell(item);
        if (isEnd(item, id)) return;
      }
    } catch (error) {
      const isAway =
        error instanceof CadreError && ['server/unreachable', 'server/stopping'].includes(error.code);
      if (!isAway || awayMs >= AWAY_MS) throw error;
      if (awayMs === 0) terminal.note(terminal.paint('soft', '  The server went away; waiting for it …'));
    }
    awayMs += 500;
    await pause(500, signal).catch(() => undefined);
  }
  throw new CadreError('task/left', { id });
}

/** Prints the result, or why there is none. Resolves to the exit code. */
export async function show(
  client: Client,
  terminal: Terminal,
  task: Ended,
  options: { json: boolean; html: string | undefined },
): Promise<number> {
  if (task.status !== 'completed' || !task.result) {
    // With --json the error below is the whole of standard error, for a script to parse.
    if (!options.json || !task.error)
      terminal.note(`The task ended as ${task.status} (${task.stopReason}): ${task.stopSentence}`);
    if (task.error) printRecord(terminal, task.error, options.json);
    return EXIT.failed;
  }
  if (options.json) {
    terminal.out(JSON.stringify(task.result.output, null, 2));
  } else {
    terminal.note('');
    terminal.out(await readable(client, terminal, task.id));
    if (task.result.completeness === 'partial') terminal.note(`\nPartial: ${task.stopSentence}`);
  }
  if (options.html !== undefined) {
    const path = await writePage(client, task.id, options.html);
    if (!options.json) terminal.note(`\nAs a page: ${path}`);
  }
  return EXIT.ok;
}

/** The result as the house writes it for a terminal of this width. */
export async function readable(client: Client, terminal: Terminal, id: string): Promise<string> {
  const input = {
    id,
    format: 'text',
    width: Math.max(40, Math.min(terminal.columns, 120)),
    color: terminal.hasColor,
  };
  const { bytes } = await client.download('tasks.page', input);
  return new TextDecoder().decode(bytes).trimEnd();
}

/** Writes the result as HTML. Resolves to the whole path. */
export async function writePage(client: Client, id: string, file: string): Promise<string> {
  const { bytes } = await client.download('tasks.page', { id });
  const path = resolve(file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** What `files.upload` answers, as far as it is read here. */
interface Uploaded {
  files: Array<{ id: string }>;
  failures: Array<{ name: string; message: string }>;
}

/** Ids of the stored files; what was refused is told. */
function fileIdsOf(answer: unknown, terminal: Terminal): string[] {
  const { files, failures } = answer as Uploaded; // answer of files.upload
  for (const { name, message } of failures) {
    terminal.note(`  ${terminal.paint('bad', 'not taken')} ${name}: ${message}`);
  }
  return files.map(({ id }) => id);
}
