import { pieces, type Whole } from './answer.ts';
import { asNumber, asText, frame, list, loose, type Protocol, textOf } from './protocol.ts';

/** OpenAI's responses API, as much of it as its SDK needs for text and tools. */
export const responses: Protocol = {
  name: 'responses',
  answers: (path) => path.endsWith('/responses'),
  read(_path, body) {
    const format = loose(loose(body.text).format);
    return {
      model: asText(body.model),
      isStream: body.stream === true,
      tools: list(body.tools).map((tool) => asText(tool.name)),
      wantsJson: format.type === 'json_schema' || format.type === 'json_object',
      schema: format.schema ? loose(format.schema) : null,
      maxOutputTokens: asNumber(body.max_output_tokens),
      messages: list(body.input).map((item) => ({
        role: item.type === 'function_call_output' ? 'tool' : roleOf(item),
        text: item.type === 'function_call_output' ? asText(item.output) : textOf(item.content),
        results:
          item.type === 'function_call_output'
            ? [{ id: asText(item.call_id), text: asText(item.output) }]
            : [],
        calls:
          item.type === 'function_call'
            ? [{ id: asText(item.call_id), name: asText(item.name), input: asText(item.arguments) }]
            : [],
      })),
    };
  },
  frames(answer, _asked, number) {
    const items = itemsOf(answer, number);
    const said = items.flatMap((item, index) => {
      const place = { output_index: index };
      const open = item.type === 'function_call' ? { ...item, arguments: '' } : { ...item, content: [] };
      const deltas =
        item.type === 'message'
          ? pieces(answer.text).map((delta) =>
              event('response.output_text.delta', { ...place, item_id: item.id, content_index: 0, delta }),
            )
          : pieces(asText(item.arguments), 4_000).map((delta) =>
              event('response.function_call_arguments.delta', { ...place, item_id: item.id, delta }),
            );
      return [
        event('response.output_item.added', { ...place, item: open }),
        ...deltas,
        event('response.output_item.done', { ...place, item: { ...item, status: 'completed' } }),
      ];
    });
    const isCut = answer.finish === 'length' || answer.finish === 'content-filter';
    return [
      event('response.created', { response: { ...head(number), status: 'in_progress' } }),
      ...said,
      event(isCut ? 'response.incomplete' : 'response.completed', { response: end(answer, number) }),
    ];
  },
  body: (answer, _asked, number) => ({ ...end(answer, number), output: itemsOf(answer, number) }),
  textFrame: (delta, number) =>
    event('response.output_text.delta', {
      output_index: 0,
      item_id: `msg_${number}`,
      content_index: 0,
      delta,
    }),
  error: (status, message) => ({ error: { message, type: `scripted_${status}`, param: null, code: null } }),
};

const event = (type: string, data: object) => frame({ type, ...data }, type);

const head = (number: number) => ({ id: `resp_${number}`, created_at: 1_700_000_000, model: 'scripted' });

const roleOf = (item: Record<string, unknown>) =>
  item.type === 'function_call' ? 'assistant' : item.role === 'developer' ? 'system' : asText(item.role);

interface Item {
  type: 'message' | 'function_call';
  id: string;
  [field: string]: unknown;
}

function itemsOf(answer: Whole, number: number): Item[] {
  const message: Item = {
    type: 'message',
    id: `msg_${number}`,
    role: 'assistant',
    content: [{ type: 'output_text', text: answer.text, annotations: [] }],
  };
  return [
    ...(answer.text ? [message] : []),
    ...answer.calls.map(
      (call): Item => ({
        type: 'function_call',
        id: `fc_${call.id}`,
        call_id: call.id,
        name: call.name,
        arguments: call.arguments,
      }),
    ),
  ];
}

function end(answer: Whole, number: number) {
  const reason =
    answer.finish === 'length'
      ? 'max_output_tokens'
      : answer.finish === 'content-filter'
        ? 'content_filter'
        : null;
  return {
    ...head(number),
    status: reason ? 'incomplete' : 'completed',
    incomplete_details: reason ? { reason } : null,
    usage: answer.usage && {
      input_tokens: answer.usage.inputTokens,
      input_tokens_details: { cached_tokens: answer.usage.cachedTokens },
      output_tokens: answer.usage.outputTokens,
      output_tokens_details: { reasoning_tokens: answer.usage.reasoningTokens },
    },
  };
}
