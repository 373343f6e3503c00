import type { WorkAnswer, WorkOrder } from '../../agents/executor.ts';
import { CadreError } from '../../platform/kernel/errors.ts';

/** Runs in a child process: loads the plug-ins an operator listed in CADRE_PLUGINS and calls their functions. */
interface PlugIn {
  functions?: Record<string, (order: WorkOrder) => Promise<WorkAnswer> | WorkAnswer>;
  /** Handlers of messages, by the name of the function of the agent. */
  receivers?: Record<string, (letter: Letter) => unknown>;
  /** Tools for agents that work with a language model, by name. */
  tools?: Record<string, PlugInToolCode>;
}

interface PlugInToolCode {
  description?: string;
  effect?: string;
  inputSchema?: Record<string, unknown>;
  run(input: unknown, call: { idempotencyKey: string }): unknown;
}

/** A message as a plug-in gets it. */
interface Letter {
  message: { type: string };
  agent: { id: string; name: string };
  idempotencyKey: string;
}

/** Names of the functions that the plug-ins register. */
export async function listFunctions({ plugins }: { plugins: string[] }): Promise<string[]> {
  const modules = await Promise.all(plugins.map((url) => import(url) as Promise<PlugIn>)); // an operator's own module
  return modules.flatMap((module) => [
    ...new Set([...Object.keys(module.functions ?? {}), ...Object.keys(module.receivers ?? {})]),
  ]);
}

/** What the plug-ins say of their tools; the first one of a name counts. */
export async function listTools({ plugins }: { plugins: string[] }): Promise<unknown[]> {
  const modules = await Promise.all(plugins.map((url) => import(url) as Promise<PlugIn>)); // an operator's own module
  const tools = modules.flatMap((module) => Object.entries(module.tools ?? {}).reverse()).reverse();
  return [...new Map(tools)].map(([name, { description, effect, inputSchema }]) => ({
    name,
    description,
    effect,
    inputSchema,
  }));
}

/** Calls one tool. @throws CadreError `agent/function-unknown`, `agent/failed` */
export async function callTool(call: {
  plugins: string[];
  name: string;
  input: unknown;
  idempotencyKey: string;
}): Promise<unknown> {
  for (const url of call.plugins) {
    const { tools }: PlugIn = await import(url);
    const found = tools && Object.hasOwn(tools, call.name) ? tools[call.name] : undefined;
    if (!found) continue;
    try {
      return (await found.run(call.input, { idempotencyKey: call.idempotencyKey })) ?? null;
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new CadreError('agent/failed', { detail }, { cause });
    }
  }
  throw new CadreError('agent/function-unknown', { name: call.name });
}

/**
 * Calls the handler of messages of one function: what it returns is `{result?, reply?}`, or nothing.
 * @throws CadreError `message/no-handler`, `agent/failed`
 */
export async function callReceiver(call: {
  plugins: string[];
  name: string;
  letter: Letter;
}): Promise<unknown> {
  for (const url of call.plugins) {
    const { receivers }: PlugIn = await import(url);
    const found = receivers && Object.hasOwn(receivers, call.name) ? receivers[call.name] : undefined;
    if (!found) continue;
    try {
      return (await found(call.letter)) ?? {};
    } catch (cause) {
      throw new CadreError(
        'agent/failed',
        { detail: cause instanceof Error ? cause.message : String(cause) },
        { cause },
      );
    }
  }
  throw new CadreError('message/no-handler', {
    agent: call.letter.agent.name,
    what: `messages: no plug-in has a receiver "${call.name}"`,
  });
}

/** Calls one function. @throws CadreError `agent/function-unknown`, `agent/bad-answer`, `agent/failed` */
export async function callFunction(call: {
  plugins: string[];
  name: string;
  order: WorkOrder;
}): Promise<WorkAnswer> {
  for (const url of call.plugins) {
    const module: PlugIn = await import(url);
    const found =
      module.functions && Object.hasOwn(module.functions, call.name)
        ? module.functions[call.name]
        : undefined;
    if (!found) continue;
    let answer: WorkAnswer;
    try {
      answer = await found(call.order);
    } catch (cause) {
      throw new CadreError(
        'agent/failed',
        { detail: cause instanceof Error ? cause.message : String(cause) },
        { cause },
      );
    }
    if (typeof answer !== 'object' || answer === null || !('output' in answer)) {
      throw new CadreError('agent/bad-answer', { detail: `"${call.name}" returned no output` });
    }
    return answer;
  }
  throw new CadreError('agent/function-unknown', { name: call.name });
}
