import { pieces, type Whole } from './answer.ts';
import { type Asked, asNumber, asText, frame, list, loose, type Protocol, textOf } from './protocol.ts';

const FINISH = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
} as const;

/** How its SDK asks older models for JSON: by a tool that takes the answer. */
const JSON_TOOL = 'json';

/** Anthropic's messages, as much of them as its SDK needs for text, thinking and tools. */
export const messages: Protocol = {
  name: 'messages',
  answers: (path) => path.endsWith('/messages'),
  read(_path, body) {
    const jsonTool = list(body.tools).find((tool) => tool.name === JSON_TOOL)?.input_schema;
    const schema =
      loose(loose(body.output_config).format).schema ?? loose(body.output_format).schema ?? jsonTool;
    return {
      model: asText(body.model),
      isStream: body.stream === true,
      tools: list(body.tools)
        .map((tool) => asText(tool.name))
        .filter((name) => name !== JSON_TOOL),
      wantsJson: schema !== undefined,
      schema: schema ? loose(schema) : null,
      maxOutputTokens: asNumber(body.max_tokens),
      messages: [
        ...(body.system === undefined
          ? []
          : [{ role: 'system', text: textOf(body.system), results: [], calls: [] }]),
        ...list(body.messages).map((message) => {
          const parts = list(message.content);
          const results = parts
            .filter((part) => part.type === 'tool_result')
            .map((part) => ({ id: asText(part.tool_use_id), text: textOf(part.content) }));
          return {
            role: results.length > 0 ? 'tool' : asText(message.role),
            text: textOf(message.content) + results.map(({ text }) => text).join(''),
            results,
            calls: parts
              .filter((part) => part.type === 'tool_use')
              .map((part) => ({ id: asText(part.id), name: asText(part.name), input: asText(part.input) })),
          };
        }),
      ],
    };
  },
  frames(said, asked, number) {
    const answer = asTool(said, asked);
    const usage = usageOf(answer.usage);
    return [
      event('message_start', {
        message: { ...head(number), content: [], stop_reason: null, usage: { ...usage, output_tokens: 0 } },
      }),
      ...blocksOf(answer).flatMap(({ open, deltas }, index) => [
        event('content_block_start', { index, content_block: open }),
        ...deltas.map((delta) => event('content_block_delta', { index, delta })),
        event('content_block_stop', { index }),
      ]),
      event('message_delta', {
        delta: { stop_reason: FINISH[answer.finish], stop_sequence: null },
        usage: { output_tokens: usage.output_tokens },
      }),
      event('message_stop', {}),
    ];
  },
  body: (answer, _asked, number) => ({
    ...head(number),
    content: [
      ...(answer.text ? [{ type: 'text', text: answer.text }] : []),
      ...answer.calls.map((call) => ({
        type: 'tool_use',
        id: call.id,
        name: call.name,
        input: JSON.parse(call.arguments || '{}'),
      })),
    ],
    stop_reason: FINISH[answer.finish],
    stop_sequence: null,
    usage: usageOf(answer.usage),
  }),
  textFrame: (text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  error: (status, message) => ({ type: 'error', error: { type: `scripted_${status}`, message } }),
};

const event = (type: string, data: object) => frame({ type, ...data }, type);

const head = (number: number) => ({
  id: `msg_${number}`,
  type: 'message',
  role: 'assistant',
  model: 'scripted',
});

/** This protocol counts what was cached apart from `input_tokens`, and cannot leave usage out: zeros then. */
function usageOf(usage: Whole['usage']) {
  return {
    input_tokens: usage ? usage.inputTokens - usage.cachedTokens : 0,
    cache_read_input_tokens: usage?.cachedTokens ?? 0,
    cache_creation_input_tokens: 0,
    output_tokens: usage?.outputTokens ?? 0,
  };
}

/** Text becomes the call of the JSON tool where that is what was asked for. */
function asTool(answer: Whole, asked: Asked): Whole {
  const isAsked = list(asked.body.tools).some((tool) => tool.name === JSON_TOOL);
  if (!isAsked || answer.calls.length > 0) return answer;
  const call = { name: JSON_TOOL, arguments: answer.text, id: 'toolu_json' };
  return { ...answer, text: '', calls: [call], finish: 'tool-calls' };
}

function blocksOf(answer: Whole): Array<{ open: object; deltas: object[] }> {
  return [
    ...(answer.reasoning
      ? [
          {
            open: { type: 'thinking', thinking: '' },
            deltas: [
              ...pieces(answer.reasoning).map((thinking) => ({ type: 'thinking_delta', thinking })),
              { type: 'signature_delta', signature: 'scripted' },
            ],
          },
        ]
      : []),
    ...(answer.text
      ? [
          {
            open: { type: 'text', text: '' },
            deltas: pieces(answer.text).map((text) => ({ type: 'text_delta', text })),
          },
        ]
      : []),
    ...answer.calls.map((call) => ({
      open: { type: 'tool_use', id: call.id, name: call.name, input: {} },
      deltas: pieces(call.arguments, 4_000).map((json) => ({ type: 'input_json_delta', partial_json: json })),
    })),
  ];
}
