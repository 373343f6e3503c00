/** Cadre as a person runs it: a task for an agent with a model, through the house on SQLite. */
import { join } from 'node:path';
import { openHouse } from '../../src/cadre.ts';
import { operations } from '../../src/operations.ts';
import { readConfig } from '../../src/platform/kernel/config.ts';
import type { Caller } from '../../src/platform/kernel/operation.ts';
import { GOAL, INSTRUCTIONS, type OpenPeer } from './peer.ts';
import { WORKLOADS } from './workloads.ts';

interface Event {
  cursor: string;
  type: string;
}

export const open: OpenPeer = async ({ url, host, directory }) => {
  const { config } = readConfig(
    { home: join(directory, 'cadre'), logLevel: 'error', port: '0' },
    { CADRE_ALLOW_HOSTS: host },
  );
  const house = await openHouse(config, { works: true });
  const caller: Caller = {
    tenantId: house.homeTenantId,
    actor: { kind: 'system', id: 'bench', name: 'the bench' },
    role: 'owner',
    traceId: 'bench',
    signal: new AbortController().signal,
  };
  async function call<T>(name: string, input: unknown): Promise<T> {
    const operation = operations.find((one) => one.name === name);
    if (!operation) throw new Error(`no operation ${name}`);
    return (await operation.run(house, caller, input)) as T; // the bench names the type it expects
  }
  await call('providers.create', {
    kind: 'openai-compatible',
    name: 'bench',
    baseUrl: url,
    apiKey: 'sk-bench',
    check: false,
  });
  for (const { model } of WORKLOADS) {
    const { id } = await call<{ id: string }>('models.add', {
      provider: 'bench',
      name: model,
      contextTokens: 32_000,
      canUseTools: true,
    });
    // A tenant begins with a cap in money, and what has no price is refused under it.
    await call('models.price', {
      id,
      from: '2026-01-01',
      inputUsdPerMillion: 0.01,
      outputUsdPerMillion: 0.01,
    });
    await call('agents.create', {
      name: model,
      capabilities: [{ name: model }],
      executor: {
        kind: 'model',
        model: `bench/${model}`,
        instructions: INSTRUCTIONS,
        tools: ['files.search'],
        maxTurns: 100,
      },
      timeoutMs: 600_000,
    });
  }
  return {
    name: 'Cadre, a task of an agent, SQLite',
    durability: 'each reservation, each turn with its usage, each tool call: fsync',
    async run(model) {
      const { id } = await call<{ id: string }>('tasks.submit', {
        goal: GOAL,
        type: model,
        capability: model,
      });
      const end = await settled(call, id);
      const events = await call<{ items: Event[] }>('events.list', {
        taskId: id,
        type: 'act.done',
        limit: 200,
      });
      const { result, error } = end;
      return { said: result?.output?.text ?? error?.message ?? 'nothing', toolCalls: events.items.length };
    },
    close: () => house.close(),
  };
};

interface Shown {
  status: string;
  result: { output?: { text?: string } } | null;
  error: { message: string } | null;
}

async function settled(call: <T>(name: string, input: unknown) => Promise<T>, id: string): Promise<Shown> {
  for (;;) {
    const task = await call<Shown>('tasks.get', { id });
    if (['completed', 'failed', 'terminated'].includes(task.status)) return task;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
