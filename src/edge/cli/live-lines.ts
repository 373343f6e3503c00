import type { Terminal } from './terminal.ts';

/** What a bar and a margin take of a line. */
const MARGIN = 6;

/** Text of models as it comes, in whole lines; what stands in the last line is its status until it ends. */
export function createLiveLines(terminal: Terminal): {
  add(piece: { taskId: string; turn: string; text: string }): void;
  end(): void;
} {
  const width = Math.max(20, terminal.columns - MARGIN);
  const bar = `    ${terminal.paint('soft', '│')} `;
  let place = '';
  let open = '';

  const show = (line: string) => terminal.note(bar + line);
  function end(): void {
    if (open.trim() !== '') show(open);
    open = '';
    place = '';
  }
  return {
    add({ taskId, turn, text }) {
      const from = `${taskId} ${turn}`;
      if (from !== place) end();
      place = from;
      open += printable(text);
      const lines = open.split('\n');
      open = lines.pop() ?? '';
      for (const line of lines) show(line);
      while (open.length > width) {
        const space = open.lastIndexOf(' ', width);
        const cut = space > 0 ? space : width;
        show(open.slice(0, cut));
        open = open.slice(cut).trimStart();
      }
      if (open !== '') terminal.status(bar + open);
    },
    end,
  };
}

/** A model must not command the terminal: without control characters but the end of a line. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ');
}
