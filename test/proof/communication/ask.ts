import { strict as assert } from 'node:assert';
import type { Message } from '../../../src/messages/message.ts';
import { CadreError } from '../../../src/platform/kernel/errors.ts';
import type { Task } from '../../../src/tasks/task.ts';
import type { World } from './world.ts';

/** Calls an operation; the method names the type that the operation documents. */
export async function call<T>(world: World, operation: string, input: object = {}): Promise<T> {
  return (await world.client.call(operation, input)) as T;
}

/** The code with which something is refused. @throws when it is not refused */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  const found = await promise.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if ('answer' in found)
    throw new Error(`not refused, but answered: ${JSON.stringify(found.answer)?.slice(0, 200)}`);
  if (!(found.error instanceof CadreError)) throw found.error;
  return found.error.code;
}

const PATIENCE_MS = 10_000;

/** Looks every 2 ms, because what is measured takes a few; fails with the last thing seen. */
export async function soon<T>(look: () => Promise<T | undefined | false>, what: string): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`it never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const OPEN = ['pending', 'sent', 'delivered'];

/** A message once nothing more becomes of it. */
export function ended(world: World, id: string): Promise<Message & { replies: Message[] }> {
  return soon(async () => {
    const message = await call<Message & { replies: Message[] }>(world, 'messages.get', { id });
    return !OPEN.includes(message.status) && message;
  }, `the end of message ${id}`);
}

const FINAL = ['completed', 'failed', 'terminated'];

/** A task once it is final. */
export function finished(world: World, id: string): Promise<Task> {
  return soon(async () => {
    const task = await call<Task>(world, 'tasks.get', { id });
    return FINAL.includes(task.status) && task;
  }, `the end of task ${id}`);
}

/** The id of an agent of the proof. */
export function idOf(world: World, name: string): string {
  const id = world.ids[name];
  assert.ok(id, `there is no agent ${name}`);
  return id;
}

/** Process ids that agents outside put beside what they did. */
export function pidIn(value: unknown): number[] {
  const { pid } = (value ?? {}) as { pid?: unknown }; // whatever it is, only a number counts
  return typeof pid === 'number' ? [pid] : [];
}
