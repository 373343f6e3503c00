import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, whole } from './answer.ts';
import { chatCompletions } from './chat-completions.ts';
import { generateContent } from './generate-content.ts';
import { messages } from './messages.ts';
import { type Asked, loose, type Protocol } from './protocol.ts';
import { responses } from './responses.ts';
import { send } from './send.ts';

/** One request and what became of it. Times in milliseconds of this process. */
export interface ProviderRequest extends Asked {
  /** From 1 on. */
  number: number;
  askedMs: number;
  /** Infinite while the connection of the answer is open. */
  closedMs: number;
  /** The other side closed it before the answer was out. */
  wasLeft: boolean;
}

/** Answers one after the other, or a function of the request; it may wait for as long as a test needs. */
export type Script = Answer[] | ((asked: ProviderRequest) => Answer | Promise<Answer>);

export interface ProviderOptions {
  script: Script;
  /** Checked when given; otherwise the provider asks for none. */
  key?: string;
  /** What `/v1/models` lists. */
  models?: string[];
  port?: number;
  /** Pause between two bytes of the fault `drip`, one second when absent. */
  dripMs?: number;
}

/** A provider of models in the hands of a test. */
export interface ScriptedProvider {
  /** Base of OpenAI's protocols, with `/v1`; also right for OpenRouter and Anthropic. */
  url: string;
  /** Base of Google's protocol. */
  googleUrl: string;
  /** `host:port`, as CADRE_ALLOW_HOSTS wants it. */
  host: string;
  port: number;
  /** Oldest first. Requests for `/models` are not among them. */
  requests: ProviderRequest[];
  /** Takes the place of what is left of the script. */
  rescript(script: Script): void;
  close(): Promise<void>;
}

const PROTOCOLS: Protocol[] = [chatCompletions, responses, messages, generateContent];

/** Listens on loopback. A list that is used up answers 500, so that a test sees one call too many. */
export async function startScriptedProvider(options: ProviderOptions): Promise<ScriptedProvider> {
  const requests: ProviderRequest[] = [];
  const models = options.models ?? ['scripted'];
  let next = scriptOf(options.script);
  const server = createServer(async (incoming, response) => {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    const body = await bodyOf(incoming);
    const protocol = PROTOCOLS.find((one) => one.answers(path));
    const refuse = (status: number, message: string, headers = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify((protocol ?? chatCompletions).error(status, message)));
    if (options.key && keyOf(incoming) !== options.key) return refuse(401, 'Incorrect API key provided.');
    if (incoming.method === 'GET' && path.endsWith('/models')) return listModels(response, path, models);
    if (!protocol || incoming.method !== 'POST') return refuse(404, `There is nothing at ${path}.`);
    const understood = protocol.read(path, body);
    const request: ProviderRequest = {
      ...understood,
      protocol: protocol.name,
      path,
      headers: headersOf(incoming),
      body,
      text: understood.messages.map(({ text }) => text).join('\n'),
      number: requests.length + 1,
      askedMs: performance.now(),
      closedMs: Number.POSITIVE_INFINITY,
      wasLeft: false,
    };
    requests.push(request);
    response.once('close', () => {
      request.closedMs = performance.now();
      request.wasLeft = !response.writableFinished;
    });
    const answer = await Promise.resolve(request)
      .then(next)
      .catch((error: unknown): Answer => ({ status: 500, message: `The script failed: ${String(error)}` }));
    if ('status' in answer)
      return refuse(answer.status, answer.message ?? `Scripted ${answer.status}.`, {
        ...(answer.retryAfter !== undefined && { 'retry-after': answer.retryAfter }),
      });
    const said = whole(answer, request.number, request.text);
    const { isStream } = request;
    const frames = isStream
      ? protocol.frames(said, request, request.number)
      : [JSON.stringify(protocol.body(said, request, request.number))];
    const filler = protocol.textFrame('all work and no play '.repeat(800), request.number);
    send(response, { isStream, frames, filler, dripMs: options.dripMs ?? 1_000 }, answer.fault);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server has a port
  const host = `127.0.0.1:${port}`;
  return {
    url: `http://${host}/v1`,
    googleUrl: `http://${host}/v1beta`,
    host,
    port,
    requests,
    rescript(script) {
      next = scriptOf(script);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function scriptOf(script: Script): (request: ProviderRequest) => Answer | Promise<Answer> {
  if (typeof script === 'function') return script;
  const left = [...script];
  return () => left.shift() ?? { status: 500, message: 'The script is over.' };
}

async function bodyOf(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text ? loose(JSON.parse(text)) : {};
}

const headersOf = (incoming: IncomingMessage) =>
  Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));

/** Each kind of provider sends its key in a header of its own. */
function keyOf({ headers }: IncomingMessage): string {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  return String(bearer ?? headers['x-api-key'] ?? headers['x-goog-api-key'] ?? '');
}

function listModels(response: ServerResponse, path: string, models: string[]): void {
  const body = path.startsWith('/v1beta')
    ? { models: models.map((name) => ({ name: `models/${name}`, displayName: name })) }
    : {
        object: 'list',
        data: models.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'scripted' })),
      };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
