import type { Clock } from '../../platform/kernel/clock.ts';

/** What commands may do with the terminal. Tests give one that remembers. */
export interface Terminal {
  /** Results. Nothing else ever goes here. */
  out(text: string): void;
  /** Progress, notes and errors. */
  note(text: string): void;
  /** Replaces the last line where the terminal can, else says nothing. */
  status(text: string): void;
  readonly isInteractive: boolean;
  /** Characters in a line; 100 when there is no terminal. */
  readonly columns: number;
  /** Results may be coloured: they go to a terminal, and nobody asked for none. */
  readonly hasColor: boolean;
  paint(style: Style, text: string): string;
  /** Called at the first Ctrl-C or SIGTERM; the second ends the process at once. Returns how to stop listening. */
  onStop(action: () => void): () => void;
  /** All of standard input, for `--data @-`. */
  readInput(): Promise<string>;
  /** Lines that a person types, one after the other; without a terminal all of standard input at once. */
  readLines(prompt: string): AsyncIterable<string>;
  write(bytes: Uint8Array): void;
}

export type Style = 'bold' | 'soft' | 'good' | 'bad' | 'mark';

/**
 * One Ctrl-C arrives twice when npm, or the Node that found this one, hands on what the terminal already sent to all.
 */
const SAME_PRESS_MS = 500;

const CODES: Record<Style, number> = { bold: 1, soft: 2, good: 32, bad: 31, mark: 36 };

/** The process's own terminal: no colour without one, nor with NO_COLOR; never a prompt. */
export function processTerminal(streams: {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  noColor: boolean;
  clock: Clock;
  exit(code: number): void;
}): Terminal {
  const { stdin, stdout, stderr } = streams;
  const isInteractive = stderr.isTTY === true;
  const hasColor = isInteractive && stdout.isTTY === true && !streams.noColor;
  let statusShown = false;
  const clear = () => {
    if (statusShown) stderr.write('\r\u001b[2K');
    statusShown = false;
  };
  return {
    isInteractive,
    hasColor,
    columns: stdout.columns ?? 100,
    out(text) {
      clear();
      stdout.write(`${text}\n`);
    },
    note(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    status(text) {
      if (!isInteractive) return;
      clear();
      stderr.write(text.slice(0, (stderr.columns ?? 100) - 1));
      statusShown = true;
    },
    paint: (style, text) => (hasColor ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text),
    onStop(action) {
      let askedMs: number | undefined;
      const onSignal = () => {
        const nowMs = streams.clock.monotonicMs();
        askedMs ??= nowMs;
        if (nowMs === askedMs) action();
        else if (nowMs - askedMs > SAME_PRESS_MS) streams.exit(1);
      };
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
      return () => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
      };
    },
    async readInput() {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(chunk);
      return Buffer.concat(chunks).toString('utf8');
    },
    async *readLines(prompt) {
      if (stdin.isTTY !== true) {
        yield await this.readInput();
        return;
      }
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: stdin, output: stderr, prompt });
      try {
        lines.prompt();
        for await (const line of lines) {
          yield line;
          lines.prompt();
        }
      } finally {
        lines.close();
      }
    },
    write: (bytes) => {
      clear();
      stdout.write(bytes);
    },
  };
}
