import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { Client } from './client.ts';
import { connect } from './connect.ts';
import type { CliHouse, CliNeeds, Command } from './needs.ts';
import { EXIT } from './print.ts';
import type { Terminal } from './terminal.ts';

/** `cadre agent chat <agent>`: one line in, the answer as it comes; without a terminal one message from the input. */
export function chatCommand<House extends CliHouse>(needs: CliNeeds<House>): Command {
  return {
    name: 'agent chat',
    summary: 'Talks with an agent: each line is a message, and its answer comes as it is made.',
    usage: '<agent> ["<message>"]',
    flags: {
      chat: { kind: 'text', value: 'id', about: 'Go on with this chat' },
      model: { kind: 'text', about: 'Work with this model' },
      'permission-mode': { kind: 'text', about: 'As for tasks: default, plan, acceptEdits …' },
      file: { kind: 'list', value: 'id', about: 'Id of an uploaded file, for the first message' },
    },
    async run(given) {
      const { terminal } = needs;
      const [agent, ...words] = given.positionals;
      if (agent === undefined) throw new CadreError('cli/usage', { detail: '<agent> is missing' });
      const chat = given.text('chat') ?? newId();
      const wishes = { model: given.text('model'), permissionMode: given.text('permission-mode') };
      let files = given.list('file');
      const client = await connect(needs, given, { works: true });
      const stop = new AbortController();
      const quiet = terminal.onStop(() => stop.abort());
      const tell = async (text: string) => {
        const input = { agent, id: chat, text, ...(files.length > 0 && { files }), ...wishes };
        files = [];
        return hear(client, terminal, input, { json: given.json, signal: stop.signal });
      };
      try {
        if (words.length > 0) return await tell(words.join(' '));
        let code: number = EXIT.ok;
        for await (const line of terminal.readLines(`${agent}> `)) {
          if (stop.signal.aborted) break;
          if (line.trim()) code = await tell(line.trim());
        }
        if (terminal.isInteractive) terminal.note(`This chat is ${chat}; go on with --chat ${chat}`);
        return code;
      } finally {
        quiet();
        await client.close();
      }
    },
  };
}

/** A part of the answer, as far as it is shown (`src/operator/chat/chunks.ts`). */
interface Part {
  type: string;
  delta?: string;
  errorText?: string;
  data?: { actId?: string; act?: string; effect?: string; detail?: string | null; state?: string };
}

async function hear(
  client: Client,
  terminal: Terminal,
  input: Record<string, unknown>,
  { json, signal }: { json: boolean; signal: AbortSignal },
): Promise<number> {
  let code: number = EXIT.ok;
  for await (const { data } of client.follow('agents.chat', input, signal)) {
    const part = data as Part; // what the operation yields
    if (part.type === 'error') code = EXIT.failed;
    if (json) terminal.out(JSON.stringify(part));
    else show(terminal, part);
  }
  return code;
}

function show(terminal: Terminal, { type, delta, errorText, data }: Part): void {
  const write = (text: string) => terminal.write(new TextEncoder().encode(text));
  if (type === 'text-delta') write(delta ?? '');
  if (type === 'text-end') write('\n');
  if (type === 'error') terminal.note(terminal.paint('bad', errorText ?? 'It did not work out.'));
  if (type === 'data-tool')
    terminal.note(terminal.paint('soft', `  ${data?.act} (${data?.effect}): ${data?.state}`));
  if (type === 'data-approval' && data?.state === 'asked')
    terminal.note(
      `It asks before it goes on: ${data.detail ?? data.act} (${data.effect}).\n` +
        `Answer elsewhere with \`cadre act decide ${data.actId} allow\` or \`decline\`.`,
    );
}
