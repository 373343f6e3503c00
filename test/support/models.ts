import type { Agent } from '../../src/agents/agent.ts';
import type { Task } from '../../src/tasks/task.ts';
import type { TestHouse } from './house.ts';
import { openTestHouse } from './house.ts';
import type { Answer, SaidCall } from './provider/answer.ts';
import { type Script, type ScriptedProvider, startScriptedProvider } from './provider/server.ts';

/** A house with a provider of language models beside it: the real gate over real HTTP. */
export interface ModelHouse extends TestHouse {
  provider: ScriptedProvider;
}

export const MODEL = 'scripted/small';
const NAMES = ['small', 'large'];

export async function openModelHouse(
  dialect: 'sqlite' | 'postgres',
  script: Script,
  env: Record<string, string> = {},
  moreHosts = '',
): Promise<ModelHouse> {
  const provider = await startScriptedProvider({ script, models: NAMES });
  const home = await openTestHouse({
    dialect,
    env: { CADRE_ALLOW_HOSTS: [provider.host, moreHosts].filter(Boolean).join(','), ...env },
  });
  await connectScripted((name, input) => home.call(name, input), provider);
  return {
    ...home,
    provider,
    async close() {
      await home.close();
      await provider.close();
    },
  };
}

/** Connects the provider with its two models, which have prices. */
export async function connectScripted(
  call: (name: string, input: unknown) => Promise<unknown>,
  provider: ScriptedProvider,
): Promise<void> {
  await call('providers.create', {
    kind: 'openai-compatible',
    name: 'scripted',
    baseUrl: provider.url,
    check: false,
  });
  for (const name of NAMES) {
    await call('models.add', {
      provider: 'scripted',
      name,
      contextTokens: 32_000,
      maxOutputTokens: 4_000,
      canUseTools: true,
      canAnswerJson: true,
    });
    await call('models.price', {
      id: `scripted/${name}`,
      from: '2026-01-01',
      inputUsdPerMillion: 1,
      outputUsdPerMillion: 4,
    });
  }
}

/** An operator that works with the model. */
export function addThinker(
  home: TestHouse,
  name: string,
  executor: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Promise<Agent> {
  return home.call<Agent>('agents.create', {
    name,
    capabilities: [{ name: `${name.toLowerCase()}.work`, confidence: 0.9 }],
    executor: { kind: 'model', model: MODEL, ...executor },
    ...more,
  });
}

export const call = (name: string, input: unknown = {}): SaidCall => ({ name, input });
export const finish = (output: unknown, more: object = {}): Answer => ({
  calls: [call('finish', { output, ...more })],
});

/** The text of what a model made. */
export function textOf(task: Task): string {
  const output = task.result?.output;
  if (typeof output === 'object' && output !== null && 'text' in output) return String(output.text);
  throw new Error(`no text: ${task.status} ${task.stopSentence ?? ''} ${JSON.stringify(task.error)}`);
}
