import { runCli } from './edge/cli/cli.ts';
import { processTerminal } from './edge/cli/terminal.ts';
import { operations } from './operations.ts';
import { systemClock } from './platform/kernel/clock.ts';
import { wantsNoColor } from './platform/kernel/config.ts';
import { version } from './version.ts';

/**
 * The command line of Cadre. Resolves to the exit code: 0 ok, 1 failed, 2 usage, 3 unreachable.
 * A pipe that closes early (`cadre task list | head`) is no failure.
 */
export async function main(argv: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(0);
    });
  }
  const terminal = processTerminal({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    noColor: wantsNoColor(),
    clock: systemClock,
    exit: (code) => process.exit(code),
  });
  return runCli(
    {
      version,
      operations,
      terminal,
      // Loaded by those who need them: a question to a server that runs needs neither.
      openHouse: async (...given) => (await import('./cadre.ts')).openHouse(...given),
      serveHttp: async (...given) => (await import('./edge/http/server.ts')).serveHttp(...given),
    },
    argv,
  );
}
