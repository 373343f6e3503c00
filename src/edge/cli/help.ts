import { COMMON_FLAGS, type Flags, settingFlags } from './arguments.ts';
import type { Command } from './needs.ts';
import type { Terminal } from './terminal.ts';

/** The help of everything, in groups. */
export function printHelp(terminal: Terminal, own: readonly Command[], derived: readonly Command[]): void {
  const { paint } = terminal;
  terminal.out(
    `${paint('bold', 'Cadre')}: give it a goal; a chief of staff plans, operators carry it out.\n`,
  );
  terminal.out(paint('bold', 'Usage'));
  terminal.out('  cadre <command> [arguments] [--flags]\n');
  printGroup(terminal, 'Commands', own);
  const nouns = Map.groupBy(derived, (command) => command.name.split(' ')[0] ?? '');
  for (const [noun, commands] of [...nouns].sort(([a], [b]) => (a < b ? -1 : 1))) {
    printGroup(terminal, `cadre ${noun}`, commands);
  }
  printFlags(terminal, 'Everywhere', { ...settingFlags(false), ...COMMON_FLAGS });
  terminal.out('Exit codes: 0 ok, 1 failed, 2 usage, 3 unreachable. Settings: `cadre doctor`.');
}

/** The help of one group, such as `cadre team`. */
export function printGroupHelp(terminal: Terminal, noun: string, commands: readonly Command[]): void {
  printGroup(
    terminal,
    `cadre ${noun}`,
    commands.map((command) => ({ ...command, name: `${command.name} ${command.usage}`.trimEnd() })),
  );
  terminal.out(`Flags: \`cadre ${noun} <command> --help\`. All commands: \`cadre --help\`.`);
}

/** The help of one command. */
export function printCommandHelp(terminal: Terminal, command: Command): void {
  terminal.out(`${command.summary}\n`);
  terminal.out(`  cadre ${command.name} ${command.usage}`.trimEnd());
  terminal.out('');
  if (Object.keys(command.flags).length > 0) printFlags(terminal, 'Flags', command.flags);
  printFlags(terminal, 'Everywhere', { ...settingFlags(false), ...COMMON_FLAGS });
}

function printGroup(terminal: Terminal, title: string, commands: readonly Command[]): void {
  terminal.out(terminal.paint('bold', title));
  const width = Math.max(...commands.map((command) => command.name.length));
  for (const command of commands) terminal.out(`  ${command.name.padEnd(width)}  ${command.summary}`);
  terminal.out('');
}

function printFlags(terminal: Terminal, title: string, flags: Flags): void {
  terminal.out(terminal.paint('bold', title));
  const rows = Object.entries(flags).map(([name, flag]) => {
    const value = flag.kind === 'switch' ? '' : ` <${flag.value ?? 'text'}>`;
    return [`--${name}${value}`, flag.about] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  for (const [left, about] of rows) terminal.out(`  ${left.padEnd(width)}  ${about}`);
  terminal.out('');
}
