/**
 * Measures run control over a scripted goal of twenty steps in one house on SQLite, and prints each figure beside the
 * target of the design. It judges nothing: the machine may be busy.
 *
 *   node control.ts [--rounds 30]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openHouse } from '../src/cadre.ts';
import { operations } from '../src/operations.ts';
import { readConfig } from '../src/platform/kernel/config.ts';
import type { Caller } from '../src/platform/kernel/operation.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '30' } } });
const rounds = Number(values.rounds);
const STEPS = 20;

const home = mkdtempSync(join(tmpdir(), 'cadre-bench-control-'));
const { config } = readConfig({ home, logLevel: 'error', port: '0' }, {});
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

const TARGETS_MS = {
  'pause (with its checkpoint)': 150,
  resume: 300,
  'model switch (with its safety checkpoint)': 200,
  'permission change': 50,
  'checkpoint create': 150,
  'checkpoint read and checked': 15,
  'command denied': 10,
  terminate: 100,
} as const;
type Figure = keyof typeof TARGETS_MS;
const figures = new Map<Figure, number[]>();

async function measure(name: Figure, work: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  await work();
  figures.set(name, [...(figures.get(name) ?? []), performance.now() - began]);
}

await call('agents.create', {
  name: 'Script',
  capabilities: [{ name: 'work' }],
  maxConcurrent: STEPS,
  executor: { kind: 'scripted', turns: [{ text: 'x', inputTokens: 100, thinkMs: 60_000 }] },
  timeoutMs: 600_000,
});
const steps = Array.from({ length: STEPS }, (_, index) => ({
  name: `step-${index}`,
  goal: 'Work',
  capability: 'work',
}));

for (let round = 0; round < rounds; round += 1) {
  const { id } = await call<{ id: string }>('tasks.submit', {
    goal: 'Twenty steps',
    type: 'multi_step',
    input: { steps },
    model: 'small',
  });
  for (;;) {
    const { status } = await call<{ status: string }>('tasks.get', { id });
    if (status === 'waiting') break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await measure('model switch (with its safety checkpoint)', () =>
    call('tasks.change', { id, model: 'large' }),
  );
  await measure('permission change', () => call('tasks.change', { id, permissionMode: 'plan' }));
  await measure('pause (with its checkpoint)', () => call('tasks.pause', { id }));
  await measure('resume', () => call('tasks.resume', { id }));
  let made = '';
  await measure('checkpoint create', async () => {
    ({ id: made } = await call<{ id: string }>('checkpoints.create', { id }));
  });
  await measure('checkpoint read and checked', async () => {
    const { issues } = await call<{ issues: string[] }>('checkpoints.get', { id: made });
    if (issues.length > 0) throw new Error(`a checkpoint is damaged: ${issues.join(', ')}`);
  });
  await measure('command denied', () =>
    call('tasks.command', { id, command: 'rm -rf /' }).then(
      () => Promise.reject(new Error('a command that is none was taken')),
      () => undefined,
    ),
  );
  await measure('terminate', () => call('tasks.terminate', { id }));
  const { subtasks } = await call<{ subtasks: Array<{ status: string }> }>('tasks.get', { id });
  if (subtasks.some(({ status }) => status !== 'terminated')) throw new Error('a step was not terminated');
}
await house.close();
rmSync(home, { recursive: true, force: true });

const at = (times: number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
process.stdout.write(`Run control over a goal of ${STEPS} steps, SQLite, ${rounds} rounds, ms\n\n`);
process.stdout.write('| | p50 | p95 | target |\n|---|---|---|---|\n');
for (const [name, target] of Object.entries(TARGETS_MS)) {
  const times = figures.get(name as Figure) ?? []; // the keys of the targets
  process.stdout.write(
    `| ${name} | ${at(times, 0.5).toFixed(1)} | ${at(times, 0.95).toFixed(1)} | ${target} |\n`,
  );
}
