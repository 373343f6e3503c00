import type { Terminal } from '../../src/edge/cli/terminal.ts';

/** A terminal that remembers what it was told. */
export interface MemoryTerminal extends Terminal {
  readonly outText: () => string;
  readonly noteText: () => string;
  /** What the person types for `@-`. */
  input: string;
  /** Presses Ctrl-C. */
  interrupt(): void;
}

export function memoryTerminal(columns = 100): MemoryTerminal {
  const outs: string[] = [];
  const notes: string[] = [];
  const stops = new Set<() => void>();
  return {
    input: '',
    isInteractive: false,
    hasColor: false,
    columns,
    out: (text) => outs.push(text),
    note: (text) => notes.push(text),
    status() {},
    paint: (_style, text) => text,
    onStop(action) {
      stops.add(action);
      return () => stops.delete(action);
    },
    async readInput() {
      return this.input;
    },
    async *readLines() {
      yield* this.input.split('\n');
    },
    write: (bytes) => outs.push(new TextDecoder().decode(bytes)),
    interrupt() {
      for (const stop of stops) stop();
    },
    outText: () => outs.join('\n'),
    noteText: () => notes.join('\n'),
  };
}
