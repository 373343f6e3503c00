import { pieces, type Whole } from './answer.ts';
import { asNumber, asText, frame, list, loose, type Protocol, textOf } from './protocol.ts';

const FINISH = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
} as const;

/** OpenAI's chat completions: what OpenAI-compatible servers and OpenRouter speak. */
export const chatCompletions: Protocol = {
  name: 'chat-completions',
  answers: (path) => path.endsWith('/chat/completions'),
  read(_path, body) {
    const format = loose(body.response_format);
    const schema = loose(format.json_schema).schema;
    return {
      model: asText(body.model),
      isStream: body.stream === true,
      tools: list(body.tools).map((tool) => asText(loose(tool.function).name)),
      wantsJson: format.type === 'json_schema' || format.type === 'json_object',
      schema: schema ? loose(schema) : null,
      maxOutputTokens: asNumber(body.max_tokens) ?? asNumber(body.max_completion_tokens),
      messages: list(body.messages).map((message) => ({
        role: asText(message.role),
        text: textOf(message.content),
        results:
          message.role === 'tool'
            ? [{ id: asText(message.tool_call_id), text: textOf(message.content) }]
            : [],
        calls: list(message.tool_calls).map((call) => ({
          id: asText(call.id),
          name: asText(loose(call.function).name),
          input: asText(loose(call.function).arguments),
        })),
      })),
    };
  },
  frames(answer, asked, number) {
    const chunk = (delta: object, finish: string | null = null) =>
      frame({ ...head(number), choices: [{ index: 0, delta, finish_reason: finish }] });
    return [
      chunk({ role: 'assistant', content: '' }),
      ...pieces(answer.reasoning).map((text) => chunk({ reasoning_content: text, reasoning: text })),
      ...pieces(answer.text).map((text) => chunk({ content: text })),
      ...answer.calls.flatMap((call, index) => {
        const [first = '', ...rest] = pieces(call.arguments, 4_000);
        const named = {
          index,
          id: call.id,
          type: 'function',
          function: { name: call.name, arguments: first },
        };
        return [
          chunk({ tool_calls: [named] }),
          ...rest.map((more) => chunk({ tool_calls: [{ index, function: { arguments: more } }] })),
        ];
      }),
      chunk({}, FINISH[answer.finish]),
      ...(answer.usage && loose(asked.body.stream_options).include_usage === true
        ? [frame({ ...head(number), choices: [], usage: usageOf(answer.usage) })]
        : []),
      frame('[DONE]'),
    ];
  },
  body: (answer, _asked, number) => ({
    ...head(number),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        finish_reason: FINISH[answer.finish],
        message: {
          role: 'assistant',
          content: answer.text || null,
          ...(answer.reasoning && { reasoning_content: answer.reasoning }),
          ...(answer.calls.length > 0 && {
            tool_calls: answer.calls.map((call) => ({
              id: call.id,
              type: 'function',
              function: { name: call.name, arguments: call.arguments },
            })),
          }),
        },
      },
    ],
    ...(answer.usage && { usage: usageOf(answer.usage) }),
  }),
  textFrame: (text, number) =>
    frame({ ...head(number), choices: [{ index: 0, delta: { content: text }, finish_reason: null }] }),
  error: (status, message) => ({ error: { message, type: `scripted_${status}`, param: null, code: null } }),
};

const head = (number: number) => ({
  id: `chatcmpl-${number}`,
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'scripted',
});

const usageOf = (usage: NonNullable<Whole['usage']>) => ({
  prompt_tokens: usage.inputTokens,
  completion_tokens: usage.outputTokens,
  total_tokens: usage.inputTokens + usage.outputTokens,
  prompt_tokens_details: { cached_tokens: usage.cachedTokens },
  completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
});
