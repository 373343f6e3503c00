import { pathToFileURL } from 'node:url';
import type { ExecutorPort, WorkAnswer } from '../../agents/executor.ts';
import type { Children } from '../../platform/kernel/child.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { messageOf } from '../../platform/kernel/json.ts';
import { type PlugInCall, type PlugInTool, plugInToolSchema } from '../tools/plug-in.ts';
import { readReceipt } from './receipt.ts';

const MODULE = new URL('./function-host.ts', import.meta.url).href;
const LIST_TIMEOUT_MS = 10_000;
const TOOL_TIMEOUT_MS = 60_000;

/**
 * Functions that plug-ins register: user code, so it runs in a child process. One that spins, swells or aborts ends
 * its child and nothing else. Call `load` once before use: it learns the names.
 */
export function createFunctionExecutor(
  children: Children,
  plugins: string[],
): ExecutorPort & { load(): Promise<void>; tools(): readonly PlugInTool[]; call: PlugInCall } {
  const urls = plugins.map((path) => pathToFileURL(path).href);
  let names: string[] = [];
  let tools: PlugInTool[] = [];
  return {
    kind: 'function',
    async load() {
      if (urls.length === 0) return;
      names = await children.run<string[]>({
        module: MODULE,
        name: 'listFunctions',
        args: { plugins: urls },
        timeoutMs: LIST_TIMEOUT_MS,
      });
      const said = await children.run<unknown[]>({
        module: MODULE,
        name: 'listTools',
        args: { plugins: urls },
        timeoutMs: LIST_TIMEOUT_MS,
      });
      tools = said.map((one) => plugInToolSchema.parse(one));
    },
    tools: () => tools,
    async call(name, input, { idempotencyKey, signal }) {
      const args = { plugins: urls, name, input, idempotencyKey };
      try {
        return await children.run({
          module: MODULE,
          name: 'callTool',
          args,
          timeoutMs: TOOL_TIMEOUT_MS,
          signal,
        });
      } catch (error) {
        throw asFailure(error);
      }
    },
    hosts: () => names.map((name) => `function:${name}`),
    async check(executor) {
      if (executor.kind !== 'function' || !names.includes(executor.name)) {
        throw new CadreError('agent/function-unknown', {
          name: executor.kind === 'function' ? executor.name : executor.kind,
        });
      }
    },
    async execute(executor, order, signal) {
      if (executor.kind !== 'function')
        throw new CadreError('agent/function-unknown', { name: executor.kind });
      const args = { plugins: urls, name: executor.name, order };
      try {
        return await children.run<WorkAnswer>({
          module: MODULE,
          name: 'callFunction',
          args,
          timeoutMs: order.timeoutMs,
          signal,
        });
      } catch (error) {
        throw asFailure(error);
      }
    },
    async receive(executor, delivery, signal) {
      if (executor.kind !== 'function')
        throw new CadreError('agent/function-unknown', { name: executor.kind });
      const { message, agentId, agentName, idempotencyKey, timeoutMs } = delivery;
      const letter = { message, agent: { id: agentId, name: agentName }, idempotencyKey };
      try {
        const answer = await children.run<unknown>({
          module: MODULE,
          name: 'callReceiver',
          args: { plugins: urls, name: executor.name, letter },
          timeoutMs,
          signal,
        });
        return readReceipt(answer);
      } catch (error) {
        throw asFailure(error);
      }
    },
  };
}

/** A function that aborts, swells or spins is a failure of its agent: tried again, then a dead letter (P11). */
function asFailure(error: unknown): unknown {
  if (!(error instanceof CadreError) || !error.code.startsWith('child/')) return error;
  return new CadreError('agent/failed', { detail: messageOf(error) }, { cause: error });
}
