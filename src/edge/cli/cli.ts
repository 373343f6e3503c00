import { CadreError } from '../../platform/kernel/errors.ts';
import { COMMON_FLAGS, readArguments } from './arguments.ts';
import { chatCommand } from './chat.ts';
import { derivedCommands } from './derived.ts';
import { doctorCommand } from './doctor.ts';
import { printCommandHelp, printGroupHelp, printHelp } from './help.ts';
import type { CliHouse, CliNeeds, Command } from './needs.ts';
import { EXIT, exitCodeOf, printError } from './print.ts';
import { demoCommand, runCommand } from './run.ts';
import { serveCommand, startCommand, workCommand } from './start.ts';

/** Runs one command line and resolves to its exit code; never throws. */
export async function runCli<House extends CliHouse>(
  needs: CliNeeds<House>,
  argv: readonly string[],
): Promise<number> {
  const { terminal } = needs;
  const own = [
    startCommand(needs),
    runCommand(needs),
    demoCommand(needs),
    doctorCommand(needs),
    serveCommand(needs),
    workCommand(needs),
    chatCommand(needs),
  ];
  // One that is made by hand takes the place of the derived one.
  const derived = derivedCommands(needs).filter(({ name }) => !own.some((one) => one.name === name));
  const wantsHelp = argv.includes('--help') || argv.includes('-h');
  try {
    if (argv[0] === '--version' || argv[0] === '-v') {
      terminal.out(needs.version);
      return EXIT.ok;
    }
    const { command, rest } = find([...own, ...derived], argv);
    if (command && wantsHelp) printCommandHelp(terminal, command);
    else if (command) return await command.run(readArguments(rest, { ...command.flags, ...COMMON_FLAGS }));
    else if (wantsHelp && groupOf(derived, argv).length > 0)
      printGroupHelp(terminal, argv[0] ?? '', groupOf(derived, argv));
    else if (argv.length === 0 || wantsHelp) printHelp(terminal, own, derived);
    else throw unknownCommand(argv, [...own, ...derived]);
    return EXIT.ok;
  } catch (thrown) {
    printError(terminal, thrown, argv.includes('--json'));
    return exitCodeOf(thrown);
  }
}

/** Two words before one: `task list` before `run` and before `tasks`. */
function find(commands: readonly Command[], argv: readonly string[]) {
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(' ');
    const command = commands.find((each) => each.name === name || each.alias === name);
    if (command) return { command, rest: argv.slice(words) };
  }
  return { command: undefined, rest: argv };
}

/** The commands of the group that the first word names; none when it names no group. */
function groupOf(commands: readonly Command[], [noun = '']: readonly string[]): Command[] {
  return commands.filter((each) => each.name.startsWith(`${noun} `));
}

function unknownCommand(argv: readonly string[], commands: readonly Command[]): CadreError {
  const [noun = ''] = argv;
  const verbs = groupOf(commands, argv).map((each) => each.name);
  if (verbs.length === 0) return new CadreError('cli/usage', { detail: `There is no command "${noun}"` });
  const detail = `"${argv.slice(0, 2).join(' ')}" is no command; there are ${verbs.join(', ')}`;
  return new CadreError('cli/usage', { detail });
}
