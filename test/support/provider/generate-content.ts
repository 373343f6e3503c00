import { pieces, type Whole } from './answer.ts';
import { asNumber, asText, frame, list, loose, type Protocol, textOf } from './protocol.ts';

const FINISH = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
} as const;

/** Google's generateContent, as much of it as its SDK needs for text, thinking and tools. */
export const generateContent: Protocol = {
  name: 'generate-content',
  answers: (path) => /:(stream)?generateContent$/i.test(path),
  read(path, body) {
    const config = loose(body.generationConfig);
    const schema = config.responseSchema ?? config.responseJsonSchema;
    const system = textOf(loose(body.systemInstruction).parts);
    return {
      model: /models\/([^/:]+):/.exec(path)?.[1] ?? '',
      isStream: /:streamGenerateContent$/.test(path),
      tools: list(body.tools).flatMap((tool) =>
        list(tool.functionDeclarations).map((one) => asText(one.name)),
      ),
      wantsJson: config.responseMimeType === 'application/json',
      schema: schema ? loose(schema) : null,
      maxOutputTokens: asNumber(config.maxOutputTokens),
      messages: [
        ...(system ? [{ role: 'system', text: system, results: [], calls: [] }] : []),
        ...list(body.contents).map((content) => {
          const results = list(content.parts)
            .filter((part) => part.functionResponse !== undefined)
            .map(({ functionResponse }) => ({
              id: asText(loose(functionResponse).id),
              text: asText(loose(loose(functionResponse).response).content),
            }));
          return {
            role: results.length > 0 ? 'tool' : content.role === 'model' ? 'assistant' : asText(content.role),
            text: textOf(content.parts) + results.map(({ text }) => text).join(''),
            results,
            calls: list(content.parts)
              .filter((part) => part.functionCall !== undefined)
              .map(({ functionCall }) => ({
                id: asText(loose(functionCall).id),
                name: asText(loose(functionCall).name),
                input: asText(loose(functionCall).args),
              })),
          };
        }),
      ],
    };
  },
  frames(answer, _asked, number) {
    const parts = partsOf(answer);
    return [
      ...parts.map((part) => frame(chunk([part], number))),
      frame({ ...chunk([], number, FINISH[answer.finish]), ...usageOf(answer.usage) }),
    ];
  },
  body: (answer, _asked, number) => ({
    ...chunk(partsOf(answer), number, FINISH[answer.finish]),
    ...usageOf(answer.usage),
  }),
  textFrame: (text, number) => frame(chunk([{ text }], number)),
  error: (status, message) => ({ error: { code: status, message, status: `SCRIPTED_${status}` } }),
};

const chunk = (parts: object[], number: number, finishReason?: string) => ({
  responseId: `response-${number}`,
  candidates: [{ index: 0, content: { role: 'model', parts }, ...(finishReason && { finishReason }) }],
});

const partsOf = (answer: Whole): object[] => [
  ...pieces(answer.reasoning).map((text) => ({ text, thought: true })),
  ...pieces(answer.text).map((text) => ({ text })),
  // Arguments are a value here, so what is no JSON cannot be said in this protocol but as a text.
  ...answer.calls.map((call) => ({
    functionCall: { id: call.id, name: call.name, args: argumentsOf(call.arguments) },
  })),
];

function argumentsOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

const usageOf = (usage: Whole['usage']) =>
  usage && {
    usageMetadata: {
      promptTokenCount: usage.inputTokens,
      cachedContentTokenCount: usage.cachedTokens,
      candidatesTokenCount: usage.outputTokens - usage.reasoningTokens,
      thoughtsTokenCount: usage.reasoningTokens,
      totalTokenCount: usage.inputTokens + usage.outputTokens,
    },
  };
