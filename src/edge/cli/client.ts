import type { StreamEvent, UploadedFile } from '../../platform/kernel/operation.ts';

/**
 * The one way in which commands reach a house. Over HTTP and in this process it behaves the same: the same
 * names, inputs, answers and errors, so that no command has a second path.
 */
export interface Client {
  /** Where the house is, for people: an address, or the folder of the home. */
  readonly place: string;
  /** Address of the server, when there is one (for links). */
  readonly url: string | undefined;
  /** @throws CadreError of the operation; `server/unreachable` */
  call(name: string, input: unknown, options?: CallOptions): Promise<unknown>;
  /** Events of a streaming operation, until it ends or the signal does. @throws CadreError as `call` */
  follow(name: string, input: unknown, signal: AbortSignal): AsyncIterable<StreamEvent>;
  /** An operation whose answer is a file. */
  download(name: string, input: unknown): Promise<{ mediaType: string; bytes: Uint8Array }>;
  /** Resolves when a write reaches the disk there. @throws CadreError `store/unavailable`, `server/unreachable` */
  checkReady(): Promise<void>;
  close(): Promise<void>;
}

export interface CallOptions {
  /** Files of a multipart operation. */
  files?: UploadedFile[];
  /** Makes a repeated call harmless. */
  idempotencyKey?: string;
}
