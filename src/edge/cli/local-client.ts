import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { BytesAnswer, Caller, Operation, StreamEvent } from '../../platform/kernel/operation.ts';
import type { Client } from './client.ts';

export interface LocalHouse {
  readonly homeTenantId: string;
  /** @throws CadreError `store/unavailable`, `store/full` */
  checkReady(): Promise<void>;
}

/** Runs operations in this process, as the owner of the home: whoever can open its files owns it anyway. */
export function localClient<House extends LocalHouse>(
  house: House,
  operations: readonly Operation<House>[],
  place: string,
  close: () => Promise<void>,
): Client {
  const find = (name: string): Operation<House> => {
    const operation = operations.find((each) => each.name === name);
    if (!operation) throw new CadreError('request/not-found', { path: name });
    return operation;
  };
  const callerWith = (signal: AbortSignal, idempotencyKey?: string): Caller => ({
    tenantId: house.homeTenantId,
    actor: { kind: 'system', id: 'command-line', name: 'the command line' },
    role: 'owner',
    traceId: newId().replaceAll('-', ''),
    signal,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
  const never = new AbortController().signal;
  return {
    place,
    url: undefined,
    async call(name, input, options = {}) {
      const given = options.files ? { ...(input as object), files: options.files } : input; // inputs are objects
      const answer = await find(name).run(house, callerWith(never, options.idempotencyKey), given);
      return JSON.parse(JSON.stringify(answer ?? null)); // what HTTP would carry, and nothing more
    },
    async *follow(name, input, signal) {
      const items = await find(name).run(house, callerWith(signal), input);
      if (items) yield* items as AsyncIterable<StreamEvent>; // contract of `answer: 'events'`; null: nothing to follow
    },
    async download(name, input) {
      const answer = (await find(name).run(house, callerWith(never), input)) as BytesAnswer; // `answer: 'bytes'`
      return { mediaType: answer.mediaType, bytes: answer.bytes };
    },
    checkReady: () => house.checkReady(),
    close,
  };
}
