import type { ActOutcome, Taken, Turn, Turns } from '../../src/agents/executor.ts';
import { mayAct, type PermissionMode } from '../../src/agents/permission.ts';
import type { AnswerPart, ModelAnswer, ModelOrder, Models } from '../../src/models/call.ts';
import { CadreError, toErrorRecord } from '../../src/platform/kernel/errors.ts';

/** Models that answer from a script, and remember what they were asked. */
export interface ScriptedModels extends Models {
  orders: ModelOrder[];
}

export type Reply =
  | Partial<ModelAnswer>
  | CadreError
  | ((order: ModelOrder) => Partial<ModelAnswer> | CadreError);

export const says = (text: string): Partial<ModelAnswer> => ({ parts: [{ type: 'text', text }] });
export const calls = (...wanted: Array<[name: string, input: unknown]>): Partial<ModelAnswer> => ({
  finish: 'tool-calls',
  parts: wanted.map(
    ([name, input], index): AnswerPart => ({
      type: 'tool-call',
      id: `p${index}`,
      name,
      input: typeof input === 'string' ? input : JSON.stringify(input),
    }),
  ),
});

/** Each call takes the next reply; the last one stays. */
export function scriptedModels(...replies: Reply[]): ScriptedModels {
  const orders: ModelOrder[] = [];
  return {
    orders,
    async call(order, signal) {
      signal.throwIfAborted();
      const reply = replies[Math.min(orders.length, replies.length - 1)];
      orders.push(structuredClone({ ...order, onText: undefined }) as unknown as ModelOrder); // as it was then
      const given = typeof reply === 'function' ? reply(order) : reply;
      if (given instanceof CadreError) throw given;
      for (const part of given?.parts ?? []) if (part.type === 'text') order.onText?.(part.text);
      return {
        model: order.model ?? 'test/small',
        parts: [],
        finish: 'stop',
        usage: {
          inputTokens: 100,
          cachedInputTokens: 0,
          cacheWriteTokens: 0,
          outputTokens: 10,
          reasoningTokens: 0,
          source: 'provider',
          costUsd: 0.001,
          energyJ: 1,
          energyLowJ: 0.5,
          energyHighJ: 2,
          durationMs: 1,
          firstPartMs: 1,
        },
        reservationId: `reserved ${orders.length}`,
        because: 'a test chose it',
        failed: [],
        ...given,
      };
    },
  };
}

/** Turns kept in memory: give `stored` of another to go on where it was. */
export interface MemoryTurns extends Turns {
  stored: Map<string, string>;
  wish: { model: string | null; permissionMode: PermissionMode; notes: string[] };
  /** Dies before the result of this step is stored. */
  dieAt: string | undefined;
  /** What a person says to acts that are asked about. */
  allows: boolean;
}

export class Died extends Error {}

export function memoryTurns(stored = new Map<string, string>()): MemoryTurns {
  const turns: MemoryTurns = {
    stored,
    wish: { model: null, permissionMode: 'default', notes: [] },
    dieAt: undefined,
    allows: false,
    take: <T>(name: string, work: (turn: Turn) => Promise<Taken<T>>) =>
      once<Taken<T>>(`turn:${name}`, () =>
        work({
          ...turns.wish,
          idempotencyKey: `run:turn:${name}`,
          bill: {
            tenantId: 't',
            rootId: 'r',
            taskId: 'r',
            agentId: 'a',
            runId: 'run',
            turn: name,
            purpose: 'work',
          },
          reserve: async () => `reserved ${name}`,
          release: async () => {},
        }),
      ),
    act: <T>(act: Parameters<Turns['act']>[0], work: (key: string) => Promise<T>) =>
      once<ActOutcome<T>>(`act:${act.name}`, async () => {
        const verdict = mayAct(turns.wish.permissionMode, act.effect, act.wantsConfirmation);
        if (verdict === 'allow' || (verdict === 'ask' && turns.allows))
          return { isDone: true, value: await work(`run:act:${act.name}`) };
        const error =
          verdict === 'ask'
            ? new CadreError('control/act-declined', { act: act.name, effect: act.effect, by: 'a test' })
            : new CadreError('control/plan-mode', { act: act.name, effect: act.effect });
        return { isDone: false, error: toErrorRecord(error) };
      }),
    ask: async () => ({ status: 'answered', data: { text: 'the answer' }, error: null }),
  };
  async function once<T>(name: string, work: () => Promise<T>): Promise<T> {
    const known = stored.get(name);
    if (known !== undefined) return JSON.parse(known) as T; // stored below under this name
    const result = await work();
    if (turns.dieAt === name) throw new Died(name);
    stored.set(name, JSON.stringify(result));
    return result;
  }
  return turns;
}
