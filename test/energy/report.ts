import { deploy } from '../chaos/deployment.ts';
import {
  bestCompression,
  type CompressionStep,
  experimentA,
  experimentB,
  experimentC,
  experimentD,
  tasksToDrift,
} from './experiments.ts';
import { type Door, type PhaseReport, runPhase, savedPercent } from './selection.ts';

/** The scorecard of energy (FEATURES EN-6, EN-7, S4): a run over the HTTP API, and the experiments. */
export interface EnergyReport {
  seed: number;
  tasks: number;
  simulatedOperators: true;
  phases: PhaseReport[];
  experiments: {
    pairSlope: number;
    pairSlopeTwin: number;
    hyperSlope: number;
    hyperSlopeTwin: number;
    entropyLocked: number;
    entropyUnlocked: number;
    compression: CompressionStep[];
    tasksToDrift: number | null;
  };
}

interface Route {
  method: string;
  path: string;
}
const ROUTES: Record<string, Route> = {
  'agents.create': { method: 'POST', path: '/agents' },
  'energy.change': { method: 'PATCH', path: '/energy/weights' },
  'energy.gradient': { method: 'GET', path: '/energy/gradient' },
  'energy.summary': { method: 'GET', path: '/energy' },
  'energy.ledger': { method: 'GET', path: '/energy/ledger?limit=1000' },
};

/** A server of its own, called by HTTP. */
function byHttp(): Door {
  let cadre: Awaited<ReturnType<typeof deploy>> | undefined;
  const api = () => {
    if (!cadre) throw new Error('the door is not open');
    return cadre.api;
  };
  return {
    async open(hosts) {
      const env = { CADRE_ALLOW_HOSTS: hosts.join(','), CADRE_ENERGY_FAST_MS: '20' };
      cadre = await deploy('sqlite', { env, leaseTtlMs: 30_000 });
    },
    call<T>(operation: string, input: object) {
      const route = ROUTES[operation];
      if (!route) throw new Error(`no route for ${operation}`);
      return api().insist<T>(route.method, route.path, route.method === 'GET' ? undefined : input);
    },
    async run(submission) {
      const { id } = await api().insist<{ id: string }>('POST', '/tasks', submission);
      for (;;) {
        const task = await api().insist<{ status: string }>('GET', `/tasks/${id}`);
        if (['completed', 'failed', 'terminated'].includes(task.status)) return task;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close() {
      await cadre?.close();
    },
  };
}

export async function proveEnergy(options: {
  tasks: number;
  seed: number;
  say(line: string): void;
}): Promise<EnergyReport> {
  const { tasks, seed, say } = options;
  const phases: PhaseReport[] = [];
  for (const policy of ['random', 'round-robin', 'quality', 'energy', 'money'] as const) {
    const phase = await runPhase(byHttp(), { policy, tasks, seed });
    say(
      `${policy}: ${phase.joulesPerSuccess.toFixed(1)} J for a success, ${phase.succeeded} of ${tasks} succeeded`,
    );
    phases.push(phase);
  }
  const [c, drift] = [experimentC(seed), tasksToDrift(false)];
  return {
    seed,
    tasks,
    simulatedOperators: true,
    phases,
    experiments: {
      pairSlope: experimentA(seed).slope,
      pairSlopeTwin: experimentA(seed, false).slope,
      hyperSlope: experimentB(seed).slope,
      hyperSlopeTwin: experimentB(seed, false).slope,
      entropyLocked: c.locked,
      entropyUnlocked: c.unlocked,
      compression: experimentD(seed),
      tasksToDrift: drift ?? null,
    },
  };
}

export interface Check {
  what: string;
  found: string;
  target: string;
  /** Null: it is not measured yet; `found` says why. */
  holds: boolean | null;
}

/** What the report has to hold to. */
export function check(report: EnergyReport): Check[] {
  const of = (policy: PhaseReport['policy']) => {
    const phase = report.phases.find((one) => one.policy === policy);
    if (!phase) throw new Error(`no phase ${policy}`);
    return phase;
  };
  const [energy, money, random] = [of('energy'), of('money'), of('random')];
  const savedUsd = 100 * (1 - money.usdPerSuccess / random.usdPerSuccess);
  const { experiments: found } = report;
  const saved = savedPercent(energy, random);
  const best = bestCompression(found.compression);
  const steps = found.compression;
  const one = (what: string, value: string, target: string, holds: boolean | null): Check => ({
    what,
    found: value,
    target,
    holds,
  });
  return [
    one('J per success below random choice (S4)', `${saved.toFixed(1)} %`, '>= 20 %', saved >= 20),
    one('USD per success below random choice', `${savedUsd.toFixed(1)} %`, '>= 20 %', savedUsd >= 20),
    one(
      'success not below random choice',
      `${energy.succeeded} against ${random.succeeded}`,
      'not fewer',
      energy.succeeded >= random.succeeded,
    ),
    one(
      'the ledger counts what the operators count',
      `${energy.ledgerJoulesPerSuccess.toFixed(2)} against ${energy.joulesPerSuccess.toFixed(2)} J`,
      'within 2 %',
      Math.abs(energy.ledgerJoulesPerSuccess / energy.joulesPerSuccess - 1) < 0.02,
    ),
    one(
      'fast path (done at the first attempt)',
      percent(energy.fastShare),
      '> 90 %',
      (energy.fastShare ?? 0) > 0.9,
    ),
    one(
      'slope of coordination energy over the run',
      `${energy.energySlope?.toExponential(2)}`,
      '< 0',
      (energy.energySlope ?? 0) < 0,
    ),
    one('reg of positive energy', percent(energy.regShare), '<= 25 %', (energy.regShare ?? 1) <= 0.25),
    one(
      'A: slope of pair over 50 tasks of one team',
      found.pairSlope.toExponential(2),
      '< 0',
      found.pairSlope < 0,
    ),
    one('A, twin: worse together', found.pairSlopeTwin.toExponential(2), '> 0', found.pairSlopeTwin > 0),
    one(
      'B: slope of the cost across teams, 30 escalations',
      found.hyperSlope.toExponential(2),
      '> 0',
      found.hyperSlope > 0,
    ),
    one(
      'C: entropy of roles, locked and unlocked',
      `${found.entropyLocked.toFixed(2)} and ${found.entropyUnlocked.toFixed(2)}`,
      'rises',
      found.entropyUnlocked > found.entropyLocked,
    ),
    one(
      'D: stale memory costs more than fresh at every compression',
      steps.map(({ fresh, stale }) => `${fresh.toFixed(2)}/${stale.toFixed(2)}`).join(' '),
      'everywhere',
      steps.every(({ fresh, stale }) => stale > fresh),
    ),
    one(
      'compression of contexts with at most 10 % of facts lost',
      `${(best * 100).toFixed(0)} %`,
      '>= 50 %',
      best >= 0.5,
    ),
    one(
      'success across teams',
      'not measured: escalation to plans across teams (SC-4) does not exist yet',
      '> 80 %',
      null,
    ),
  ];
}

const percent = (share: number | null) => (share === null ? 'none' : `${(share * 100).toFixed(1)} %`);

/** The report as a page. */
export function page(report: EnergyReport & { checks: Check[] }): string {
  const random = report.phases.find(({ policy }) => policy === 'random');
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    '# Energy: the scorecard',
    '',
    `Made by \`npm run guarantees -- energy --tasks ${report.tasks} --seed ${report.seed}\`. The operators are SIMULATED: six HTTP`,
    'endpoints with hidden skill, joules and price that all claim the same confidence; what they took is what they report. Each',
    'policy has a server and a database of its own, and is called by the public HTTP API. What is counted here is counted',
    'by the operators, not by Cadre.',
    '',
    row(['policy', 'succeeded', 'J per success', 'less than random', 'USD per success', 'who did it']),
    row(['---', '---', '---', '---', '---', '---']),
    ...report.phases.map((phase) =>
      row([
        phase.policy,
        `${phase.succeeded} of ${phase.tasks}`,
        phase.joulesPerSuccess.toFixed(1),
        random ? `${savedPercent(phase, random).toFixed(1)} %` : '',
        phase.usdPerSuccess.toFixed(4),
        Object.entries(phase.by)
          .map(([name, count]) => `${name} ${count}`)
          .join(', '),
      ]),
    ),
    '',
    '`quality`: weights value 25, joule 0. `energy`: value 25, joule 0.5 (a success is worth 50 J). `money`: value 25, usd',
    '1,000 (a success is worth 2.5 cents). All explore with weight 1. The slope depends on these units: with value 5 and',
    'joule 0.1, the same ratio, the entropy reward that is given up as choices settle outweighed the joules that were',
    'saved, and the slope was +1.8e-3 per point.',
    '',
    row(['check', 'found', 'target', 'holds']),
    row(['---', '---', '---', '---']),
    ...report.checks.map(({ what, found, target, holds }) =>
      row([what, found, target, holds === null ? 'not measured' : holds ? 'yes' : 'NO']),
    ),
    '',
    'A to D are the formulas over seeded worlds, not a house. D: sentences that say least are left out of 40 generated',
    'contexts and the facts that are gone are counted; recall of a real memory cannot be measured before it exists.',
    '',
    row(['compression', 'bytes', 'facts lost', 'memory term fresh', 'stale']),
    row(['---', '---', '---', '---', '---']),
    ...report.experiments.compression.map((step) =>
      row([
        `${step.compression * 100} %`,
        step.bytes,
        percent(step.loss),
        step.fresh.toFixed(3),
        step.stale.toFixed(3),
      ]),
    ),
    '',
  ].join('\n');
}
