/** What every loop carries out: the provider answers with tool calls until enough turns were taken, then with a text. */
export interface Workload {
  /** Name of the model: the provider reads the workload from it. */
  model: string;
  modelCalls: number;
  toolCalls: number;
}

const TURNS = 20;
const MANY = 5;

/** One model call and nothing else; a tool call a turn; five a turn. */
export const WORKLOADS: readonly Workload[] = [
  { model: 'turns-0-calls-0', modelCalls: 1, toolCalls: 0 },
  { model: `turns-${TURNS}-calls-1`, modelCalls: TURNS + 1, toolCalls: TURNS },
  { model: `turns-${TURNS}-calls-${MANY}`, modelCalls: TURNS + 1, toolCalls: TURNS * MANY },
];

/** The tool that every loop offers: one of ours that finds nothing, for there are no files. */
export const TOOL = 'files_search';
export const TOOL_RESULT = { passages: [] };
export const SAYS = 'All turns were taken.';

/** What a turn of the workload calls, after so many turns; undefined when it is over. */
export function callsAfter(
  model: string,
  turns: number,
): Array<{ name: string; input: { question: string } }> | undefined {
  const [, wanted = '0', calls = '0'] = /^turns-(\d+)-calls-(\d+)$/.exec(model) ?? [];
  if (turns >= Number(wanted)) return undefined;
  return Array.from({ length: Number(calls) }, (_, at) => ({
    name: TOOL,
    input: { question: `turn ${turns} call ${at}` },
  }));
}
