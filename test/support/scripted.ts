import type { Agent } from '../../src/agents/agent.ts';
import type { ScriptedOutput } from '../../src/operator/executors/scripted.ts';
import type { Task } from '../../src/tasks/task.ts';
import type { TestHouse } from './house.ts';

/** What a script made of a task that completed. */
export function outputOf(task: Task): ScriptedOutput {
  if (!task.result) throw new Error(`no result: ${task.status}, ${task.stopSentence ?? ''}`);
  return task.result.output as ScriptedOutput; // written by the scripted executor
}

/** Turns that each take a while: long enough to be met in the middle. */
export const slowTurns = (count: number, thinkMs = 100) =>
  Array.from({ length: count }, (_, index) => ({
    text: { small: `small ${index + 1}`, large: `large ${index + 1}` },
    inputTokens: 1_000,
    outputTokens: { small: 100, large: 300 },
    thinkMs,
  }));

/** An operator that follows a script. */
export function addScripted(
  home: TestHouse,
  name: string,
  turns: unknown[],
  more: Record<string, unknown> = {},
): Promise<Agent> {
  return home.call<Agent>('agents.create', {
    name,
    capabilities: [{ name: `${name.toLowerCase().replaceAll(' ', '-')}.work`, confidence: 0.9 }],
    executor: { kind: 'scripted', turns },
    ...more,
  });
}
