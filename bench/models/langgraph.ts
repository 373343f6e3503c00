/**
 * LangGraph.js: a node for the model, a node for the tools, an edge back. The model is called through the AI SDK's
 * provider rather than LangChain's client, in its favour: only the loop differs.
 */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { Annotation, type BaseCheckpointSaver, END, START, StateGraph } from '@langchain/langgraph';
import { GOAL, INSTRUCTIONS, type LoopPeer, type PeerContext } from './peer.ts';
import { TOOL_RESULT } from './workloads.ts';

type Model = ReturnType<ReturnType<typeof createOpenAICompatible>['chatModel']>;
type Prompt = Parameters<Model['doStream']>[0]['prompt'];

const State = Annotation.Root({
  model: Annotation<string>,
  messages: Annotation<Prompt>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});
type Whole = typeof State.State;

export async function createLangGraph(
  { url }: PeerContext,
  options: { name: string; durability: string; saver?: BaseCheckpointSaver; close(): Promise<void> },
): Promise<LoopPeer> {
  const provider = createOpenAICompatible({
    name: 'bench',
    baseURL: url,
    apiKey: 'sk-bench',
    includeUsage: true,
  });
  let toolCalls = 0;
  let threads = 0;

  async function think({ model, messages }: Whole): Promise<Partial<Whole>> {
    const { stream } = await provider.chatModel(model).doStream({
      prompt: messages,
      maxOutputTokens: 4_096,
      tools: [
        {
          type: 'function',
          name: 'files_search',
          description: 'Finds passages.',
          inputSchema: {
            type: 'object',
            properties: { question: { type: 'string' } },
            required: ['question'],
          },
        },
      ],
    });
    let text = '';
    const calls: Array<{ type: 'tool-call'; toolCallId: string; toolName: string; input: unknown }> = [];
    for await (const part of stream) {
      if (part.type === 'text-delta') text += part.delta;
      if (part.type === 'tool-call') {
        const { toolCallId, toolName, input } = part;
        calls.push({ type: 'tool-call', toolCallId, toolName, input: JSON.parse(input) });
      }
    }
    return {
      messages: [
        { role: 'assistant', content: [...(text ? [{ type: 'text' as const, text }] : []), ...calls] },
      ],
    };
  }

  const callsOf = ({ messages }: Whole) => {
    const last = messages.at(-1);
    return last?.role === 'assistant' ? last.content.filter((part) => part.type === 'tool-call') : [];
  };

  async function act(state: Whole): Promise<Partial<Whole>> {
    const content = callsOf(state).map(({ toolCallId, toolName }) => {
      toolCalls += 1;
      return {
        type: 'tool-result' as const,
        toolCallId,
        toolName,
        output: { type: 'json' as const, value: TOOL_RESULT },
      };
    });
    return { messages: [{ role: 'tool', content }] };
  }

  const graph = new StateGraph(State)
    .addNode('think', think)
    .addNode('act', act)
    .addEdge(START, 'think')
    .addConditionalEdges('think', (state) => (callsOf(state).length > 0 ? 'act' : END), ['act', END])
    .addEdge('act', 'think')
    .compile(options.saver ? { checkpointer: options.saver } : {});

  return {
    name: options.name,
    durability: options.durability,
    async run(model) {
      toolCalls = 0;
      threads += 1;
      const state = await graph.invoke(
        {
          model,
          messages: [
            { role: 'system', content: INSTRUCTIONS },
            { role: 'user', content: [{ type: 'text', text: GOAL }] },
          ],
        },
        { configurable: { thread_id: `task-${threads}` }, recursionLimit: 1_000, durability: 'sync' },
      );
      const last = state.messages.at(-1);
      const said =
        last?.role === 'assistant'
          ? last.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
          : '';
      return { said, toolCalls };
    },
    close: options.close,
  };
}
