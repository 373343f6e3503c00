import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { fakeClock } from '../../platform/kernel/clock.ts';
import { processTerminal } from './terminal.ts';

/** Streams that remember what was written; `tty` as a real terminal of 40 columns would. */
function setUp({ tty = false, noColor = false } = {}) {
  const written = { out: '', err: '' };
  const stream = (name: keyof typeof written) =>
    ({
      isTTY: tty,
      columns: tty ? 40 : undefined,
      write: (text: string | Uint8Array) => {
        written[name] += typeof text === 'string' ? text : new TextDecoder().decode(text);
        return true;
      },
    }) as unknown as NodeJS.WriteStream; // only these members are used
  const stdin = new PassThrough();
  const exit = vi.fn();
  const clock = fakeClock();
  const terminal = processTerminal({
    stdin: stdin as unknown as NodeJS.ReadStream, // read as a stream only
    stdout: stream('out'),
    stderr: stream('err'),
    noColor,
    clock,
    exit,
  });
  return { terminal, written, stdin, exit, clock };
}

test('without a terminal there is no colour and no moving line', () => {
  const { terminal, written } = setUp();
  terminal.status('working');
  terminal.out(terminal.paint('good', 'done'));
  terminal.note('noted');
  expect(written).toEqual({ out: 'done\n', err: 'noted\n' });
  expect([terminal.isInteractive, terminal.hasColor, terminal.columns]).toEqual([false, false, 100]);
});

test('a terminal gets colour, unless NO_COLOR, and a status line that gives way', () => {
  const { terminal, written } = setUp({ tty: true });
  expect(terminal.paint('bad', 'no')).toBe('\u001b[31mno\u001b[0m');
  expect(setUp({ tty: true, noColor: true }).terminal.paint('bad', 'no')).toBe('no');
  terminal.status('x'.repeat(100));
  terminal.note('noted');
  expect(written.err).toBe(`${'x'.repeat(39)}\r\u001b[2Knoted\n`);
});

test('the first Ctrl-C asks, the second ends at once; one that arrives twice is one', () => {
  const { terminal, exit, clock } = setUp();
  const stop = vi.fn();
  const quiet = terminal.onStop(stop);
  process.emit('SIGINT');
  clock.advance(20);
  process.emit('SIGINT');
  expect([stop.mock.calls.length, exit.mock.calls.length]).toEqual([1, 0]);
  clock.advance(1_000);
  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledWith(1);
  quiet();
  expect(process.listenerCount('SIGINT')).toBe(0);
});

test('reads all of standard input and writes bytes as they are', async () => {
  const { terminal, stdin, written } = setUp();
  stdin.end('{"a":"é"}');
  expect(await terminal.readInput()).toBe('{"a":"é"}');
  terminal.write(new TextEncoder().encode('bytes'));
  expect(written.out).toBe('bytes');
});
