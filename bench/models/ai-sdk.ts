/** The AI SDK's own loop: `ToolLoopAgent`, streamed as ours is. It keeps everything in memory. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { isStepCount, ToolLoopAgent, tool } from 'ai';
import { z } from 'zod';
import { GOAL, INSTRUCTIONS, type OpenPeer } from './peer.ts';
import { TOOL_RESULT } from './workloads.ts';

export const open: OpenPeer = async ({ url }) => {
  const provider = createOpenAICompatible({
    name: 'bench',
    baseURL: url,
    apiKey: 'sk-bench',
    includeUsage: true,
  });
  return {
    name: 'AI SDK, ToolLoopAgent',
    durability: 'nothing',
    async run(model) {
      let toolCalls = 0;
      const agent = new ToolLoopAgent({
        model: provider(model),
        instructions: INSTRUCTIONS,
        stopWhen: isStepCount(100),
        maxOutputTokens: 4_096,
        tools: {
          files_search: tool({
            description: 'Finds passages.',
            inputSchema: z.object({ question: z.string() }),
            execute: async () => {
              toolCalls += 1;
              return TOOL_RESULT;
            },
          }),
        },
      });
      const result = await agent.stream({ prompt: GOAL });
      await result.consumeStream();
      return { said: await result.text, toolCalls };
    },
    async close() {},
  };
};
