/** What an agent with a model may be allowed, in words, with the tools that stand for it (docs/model-agents.md). */
export const TOOL_CHOICES = [
  {
    choice: 'read',
    label: 'Read the files of its task',
    hint: undefined,
    tools: ['files.list', 'files.read', 'files.search', 'tables.query', 'history.read'],
  },
  { choice: 'notes', label: 'Look up what other agents told it', hint: undefined, tools: ['notes.search'] },
  { choice: 'tell', label: 'Tell other agents something', hint: undefined, tools: ['message.send'] },
  { choice: 'ask', label: 'Ask other agents', hint: undefined, tools: ['agent.ask'] },
  {
    choice: 'web',
    label: 'Get texts from the web',
    hint: 'It waits for your word each time.',
    tools: ['http.get'],
  },
] as const;

export type ToolChoice = (typeof TOOL_CHOICES)[number]['choice'];

const MOST_TOOLS = 100;

/** The names of all tools that were chosen; undefined for what the server gives by itself: those that read. */
export function readTools(
  chosen: readonly ToolChoice[],
  others: string,
): { tools: string[] | undefined; problem?: string } {
  const named = others.split(/[\s,;]+/).filter(Boolean);
  const long = named.find((name) => name.length > 100);
  if (long !== undefined) return { tools: undefined, problem: 'A name has at most 100 characters.' };
  if (named.length === 0 && chosen.length === 1 && chosen[0] === 'read') return { tools: undefined };
  const tools = TOOL_CHOICES.flatMap((each) => (chosen.includes(each.choice) ? [...each.tools] : []));
  const all = [...new Set([...tools, ...named])];
  return all.length > MOST_TOOLS ? { tools: undefined, problem: 'At most 100 tools.' } : { tools: all };
}
