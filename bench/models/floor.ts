/** No loop at all: the same requests by a bare `fetch`, the answer read to its end. What HTTP and the provider take. */
import { GOAL, INSTRUCTIONS, type OpenPeer } from './peer.ts';
import { callsAfter, SAYS, TOOL, TOOL_RESULT } from './workloads.ts';

export const open: OpenPeer = async ({ url }) => ({
  name: 'bare fetch',
  durability: 'nothing',
  async run(model) {
    const messages: object[] = [
      { role: 'system', content: INSTRUCTIONS },
      { role: 'user', content: GOAL },
    ];
    let toolCalls = 0;
    let said = '';
    for (let turn = 0; said === ''; turn += 1) {
      const response = await fetch(`${url}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench' },
        body: JSON.stringify({
          model,
          stream: true,
          messages,
          tools: [{ type: 'function', function: { name: TOOL, parameters: { type: 'object' } } }],
        }),
      });
      const body = await response.text();
      const calls = callsAfter(model, turn);
      if (!calls) {
        said = body.includes(SAYS.split(' ')[0] ?? SAYS) ? SAYS : 'something else';
        break;
      }
      const ids = calls.map((_, at) => `call_${turn}_${at}`);
      messages.push({
        role: 'assistant',
        content: null,
        tool_calls: calls.map(({ name, input }, at) => ({
          id: ids[at],
          type: 'function',
          function: { name, arguments: JSON.stringify(input) },
        })),
      });
      for (const id of ids) {
        toolCalls += 1;
        messages.push({ role: 'tool', tool_call_id: id, content: JSON.stringify(TOOL_RESULT) });
      }
    }
    return { said, toolCalls };
  },
  async close() {},
});
