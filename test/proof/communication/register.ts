import type { Agent } from '../../../src/agents/agent.ts';
import type { Client } from '../../../src/edge/cli/client.ts';
import { until } from '../../support/engine.ts';
import { AGENTS } from './agents.ts';

/** Registers the agents of the proof; answers the ids of all agents by name. */
export async function register(
  client: Client,
  urlOf: (name: string) => string,
): Promise<Record<string, string>> {
  for (const { name, executor, capabilities = [] } of AGENTS) {
    await client.call('agents.create', {
      name,
      capabilities,
      executor: executor === 'http' ? { kind: 'http', url: urlOf(name) } : { kind: executor },
      maxConcurrent: 8,
    });
  }
  return Object.fromEntries((await agentsOf(client)).map(({ name, id }) => [name, id]));
}

/** Waits until all of them can be given work. */
export async function allIdle(client: Client): Promise<void> {
  const waiting = async () => (await agentsOf(client)).filter(({ status }) => status !== 'idle');
  await until(async () => (await waiting()).length === 0, 'all agents of the proof are idle', 30_000).catch(
    async (cause: unknown) => {
      const seen = (await waiting()).map(
        ({ name, status, statusReason }) => `${name} ${status} ${statusReason}`,
      );
      throw new Error(`not fit for work: ${seen.join('; ')}`, { cause });
    },
  );
}

async function agentsOf(client: Client): Promise<Agent[]> {
  return ((await client.call('agents.list', { limit: 200 })) as { items: Agent[] }).items; // as documented
}
