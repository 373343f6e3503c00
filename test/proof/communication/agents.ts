import type { Client } from '../../../src/edge/cli/client.ts';
import type { Message } from '../../../src/messages/message.ts';
import type { Order } from '../../support/operator.ts';

/** What an agent makes of a message: an acknowledgement, perhaps with an answer, or an HTTP status. */
export type Handled = { result?: unknown; reply?: { payload: Record<string, unknown> } } | { status: number };

/** What it makes of a task. */
export type Worked = { output: unknown } | { status: number };

/** An agent of the proof. Each serves one method, so that breaking one leaves the others whole. */
export interface OutsideAgent {
  name: string;
  /** The method it serves. */
  method: string;
  executor: 'http' | 'mailbox' | 'local';
  capabilities?: ReadonlyArray<{ name: string; confidence?: number }>;
  /** `isBroken`: it shall misbehave. `client`: those with a mailbox of their own have one. */
  message?(message: Message, isBroken: boolean, client: Client | undefined): Handled | Promise<Handled>;
  work?(order: Order, isBroken: boolean): Worked | Promise<Worked>;
}

/** Reads a message and says what it read; the broken one acknowledges without reading. */
const reader = (message: Message, isBroken: boolean): Handled =>
  isBroken ? {} : { result: { read: message.payload.message } };

/** The envelope that a message carries. */
const carried = (payload: Message['payload']): Record<string, unknown> =>
  (payload.data as { envelope?: Record<string, unknown> } | undefined)?.envelope ?? {};

/** A step of a compression analysis: what it got, and what it adds. */
const stage = (order: Order, isBroken: boolean): Worked => {
  const before = Object.values(order.context.results);
  const { text = '' } = order.input as { text?: string };
  const own: Record<string, unknown> = {
    analyze_content: { letters: text.replaceAll(/[^a-z]/gi, '').length },
    analyze_structure: { words: text.split(' ').length },
  };
  const found = Object.assign(
    {},
    ...before.map((one) => (one as { found?: object }).found),
    own[order.capability ?? ''],
  );
  return { output: { found: isBroken ? {} : found, by: order.capability, pid: process.pid } };
};

/** Doubles a number; the broken one only says that it did. */
const double = (n: unknown, isBroken: boolean) => ({
  double: isBroken ? null : 2 * Number(n),
  pid: process.pid,
});

/** The input of a task that was handed over in a mailbox. */
const inputOf = (message: Message): Record<string, unknown> =>
  (message.payload.context as { input?: Record<string, unknown> } | undefined)?.input ?? {};

/** Who contributes to a collaboration of one form says which question it answers, and whom it saw. */
const contributor = (name: string, method: string): OutsideAgent => ({
  name,
  method,
  executor: 'http',
  message({ payload }, isBroken) {
    const { requestType, data = {} } = payload as { requestType?: string; data?: Record<string, unknown> };
    if (requestType !== 'collaborate' || isBroken) return {};
    const history = (data.history ?? []) as Array<{ agent: string }>;
    const { number } = (data.params ?? {}) as { number?: number };
    const said = { number: number ?? null, saw: history.map(({ agent }) => agent), pid: process.pid };
    return { reply: { payload: { requestType: 'collaborate', data: said } } };
  },
});

/** How far a point of a search lies from the one that is hidden. */
const evaluator = ({ payload }: Message, isBroken: boolean): Handled => {
  const { data = {} } = payload as { data?: Record<string, unknown> };
  const { size, mode, hidden } = (data.params ?? {}) as {
    size: number;
    mode: string;
    hidden: { size: number; mode: string };
  };
  if (payload.requestType !== 'evaluate' || isBroken) return {};
  const distance = Math.abs(size - hidden.size) + (mode === hidden.mode ? 0 : 1);
  return {
    reply: { payload: { requestType: 'evaluate', data: { metrics: { distance, pid: process.pid } } } },
  };
};

/** Resolves once the delegation that a message hands over has ended. */
async function timeIsUp({ taskId }: Message, client: Client | undefined): Promise<void> {
  for (let status = 'open'; status === 'open' && client; )
    ({ status } = (await client.call('delegations.get', { id: taskId, waitMs: 5_000 })) as {
      status: string;
    }); // as documented
}

const DOUBLE = [{ name: 'proof.double' }];

export const AGENTS: readonly OutsideAgent[] = [
  { name: 'Called reader', method: '1', executor: 'http', message: reader },
  { name: 'Pulling reader', method: '1', executor: 'mailbox', message: reader },
  { name: 'Faulty reader', method: '1', executor: 'http', message: () => ({ status: 422 }) },
  { name: 'Delegator', method: '2', executor: 'local' },
  {
    name: 'Called doer',
    method: '2',
    executor: 'http',
    capabilities: DOUBLE,
    work: (order, isBroken) => ({ output: double(order.input.n, isBroken) }),
  },
  {
    name: 'Pulling doer',
    method: '2',
    executor: 'mailbox',
    capabilities: DOUBLE,
    message: (message, isBroken) => ({ result: double(inputOf(message).n, isBroken) }),
  },
  {
    name: 'Late doer',
    method: '2',
    executor: 'mailbox',
    capabilities: DOUBLE,
    message: async (message, _isBroken, client) => {
      await timeIsUp(message, client);
      return { result: double(inputOf(message).n, false) };
    },
  },
  {
    name: 'Analyst of content',
    method: '4',
    executor: 'http',
    capabilities: [{ name: 'analyze_content' }, { name: 'compress' }],
    work: stage,
  },
  {
    name: 'Analyst of structure',
    method: '4',
    executor: 'http',
    capabilities: [{ name: 'analyze_structure' }, { name: 'select_algorithm' }],
    work: stage,
  },
  ...['Strong', 'Weak'].map(
    (name): OutsideAgent => ({
      name,
      method: '6',
      executor: 'http',
      capabilities: [{ name: 'proof.choose', confidence: name === 'Strong' ? 0.9 : 0.3 }],
      work: (order, isBroken) =>
        isBroken ? { status: 422 } : { output: { by: name, n: order.input.n, pid: process.pid } },
    }),
  ),
  { name: 'Told', method: '5', executor: 'local' },
  {
    name: 'Callee',
    method: '7',
    executor: 'http',
    work: ({ input }, isBroken) =>
      input.question === 'unanswerable'
        ? { status: 422 }
        : { output: { answers: isBroken ? 'another' : input.question, pid: process.pid } },
  },
  {
    name: 'Listener',
    method: '8',
    executor: 'mailbox',
    message: ({ payload }) => ({
      result: { heard: (carried(payload).data as { name?: string } | undefined)?.name },
    }),
  },
  { name: 'Former listener', method: '8', executor: 'local' },
  {
    name: 'Envelope reader',
    method: '10',
    executor: 'http',
    message: ({ payload }, isBroken) => (isBroken ? {} : { result: { envelope: carried(payload) } }),
  },
  {
    name: 'Envelope worker',
    method: '10',
    executor: 'http',
    capabilities: [{ name: 'proof.enveloped' }],
    work: ({ input }) => ({ output: { n: input.n, pid: process.pid } }),
  },
  ...['1', '2', '3'].flatMap((number) =>
    ['a', 'b', 'c'].map((form) => contributor(`Contributor ${number}${form}`, `3${form}`)),
  ),
  { name: 'Contrary', method: '3', executor: 'http', message: () => ({ status: 422 }) },
  ...['Caller of all', 'First hearer', 'Second hearer', 'Deaf hearer'].map(
    (name): OutsideAgent => ({
      name,
      method: '11',
      executor: 'http',
      capabilities: [{ name: 'proof.hear' }],
      message: name === 'Deaf hearer' ? () => ({ status: 422 }) : reader,
    }),
  ),
  ...['First evaluator', 'Second evaluator'].map(
    (name): OutsideAgent => ({ name, method: '12', executor: 'http', message: evaluator }),
  ),
  { name: 'Sharer', method: '9', executor: 'local' },
  { name: 'Keeper', method: '9', executor: 'local' },
];
