import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CadreError } from './errors.ts';

/**
 * Guards that can be switched off, for proofs that each is needed (docs/guarantees.md). By the variable `CADRE_FAULTS`
 * only: there is no flag, no file and no operation for them.
 */
const FAULTS: readonly string[] = [
  'no-fencing',
  'no-stable-keys',
  'no-inbox',
  'no-mailbox-order',
  'no-damping',
  'no-follower',
  'no-push',
  'unruly-bus',
];
/** `die-at:<step>`, a path such as `pack[0].box`, or `*` for every step. */
const DIE_AT = /^die-at:([\w.[\]()*-]+)$/;
const isFault = (name: string): boolean =>
  FAULTS.includes(name) || /^deaf:[\w.-]+$/.test(name) || DIE_AT.test(name);

/** After which steps of plans this process is to die (`CADRE_FAULTS`), as a proof of what is left then. */
export function diesAfter({ faults }: Pick<Config, 'faults'>, path: string): boolean {
  const steps = faults.map((name) => DIE_AT.exec(name)?.[1]);
  return steps.includes('*') || steps.includes(path);
}

const masterKey = z
  .string()
  .trim()
  .regex(
    /^([0-9a-fA-F]{64}|[\w+/-]{43}=?)$/,
    'it must be 32 random bytes, such as `openssl rand -base64 32` makes',
  );

/** Settings by flag, then `CADRE_*` variable, then default. The only place that reads the environment. */
const schema = z.object({
  home: z.string().min(1),
  host: z.string().min(1),
  port: z.coerce.number().int().min(0).max(65_535),
  databaseUrl: z.string().startsWith('postgres').optional(),
  adminKey: z.string().optional(),
  allowHosts: z.string().transform(list),
  allowOrigins: z.string().transform(list),
  behindProxy: z.string().transform(list),
  plugins: z.string().transform(list),
  /** Opens and seals the stored secrets; 32 bytes. The home's file `master.key` when absent. */
  masterKey: masterKey.optional(),
  /** The one before, while `cadre secret rotate` has not sealed everything anew. */
  masterKeyBefore: masterKey.optional(),
  /** Guards switched off on purpose. Never set it in earnest. */
  faults: z
    .string()
    .transform(list)
    .refine(
      (names) => names.every(isFault),
      `the guards are ${FAULTS.join(', ')}, deaf:<request> and die-at:<step>`,
    ),
  leaseTtlMs: z.coerce.number().int().min(500).max(600_000),
  concurrency: z.coerce.number().int().min(1).max(1_000),
  children: z.coerce.number().int().min(1).max(64),
  /** How long a language model may take: to the first byte, between two parts, and in all. */
  modelFirstByteMs: z.coerce.number().int().min(10).max(3_600_000),
  modelIdleMs: z.coerce.number().int().min(10).max(3_600_000),
  modelTotalMs: z.coerce.number().int().min(10).max(3_600_000),
  ratePerSecond: z.coerce.number().int().min(0).max(1_000_000),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
  /** `world`, three letters of a country, or grams of CO2e per kWh. */
  grid: z.string().trim().min(1),
  /** Power usage effectiveness of the place: what it takes in all for a joule of the machine. */
  pue: z.coerce.number().min(1).max(5),
  /** How often what ended is booked on energy, and how often its weights are looked at. */
  energyFastMs: z.coerce.number().int().min(20).max(600_000),
  energyMediumMs: z.coerce.number().int().min(20).max(600_000),
  energySlowMs: z.coerce.number().int().min(20).max(3_600_000),
  energyFlywheelMs: z.coerce.number().int().min(20).max(86_400_000),
  url: z.url().optional(),
  key: z.string().optional(),
});

/** Every setting of a Cadre process. Times in milliseconds; lists split at commas. */
export type Config = z.output<typeof schema>;
export type SettingName = keyof Config;

/** Where a setting came from, for `cadre doctor`. */
export type Origin = 'flag' | 'environment' | 'default';

/** Name of the environment variable of each setting. `DATABASE_URL` is the field's own name. */
export const VARIABLES: Record<SettingName, string> = {
  home: 'CADRE_HOME',
  host: 'CADRE_HOST',
  port: 'CADRE_PORT',
  databaseUrl: 'DATABASE_URL',
  adminKey: 'CADRE_ADMIN_KEY',
  allowHosts: 'CADRE_ALLOW_HOSTS',
  allowOrigins: 'CADRE_ALLOW_ORIGINS',
  behindProxy: 'CADRE_BEHIND_PROXY',
  plugins: 'CADRE_PLUGINS',
  masterKey: 'CADRE_MASTER_KEY',
  masterKeyBefore: 'CADRE_MASTER_KEY_BEFORE',
  faults: 'CADRE_FAULTS',
  leaseTtlMs: 'CADRE_LEASE_TTL_MS',
  concurrency: 'CADRE_CONCURRENCY',
  children: 'CADRE_CHILDREN',
  modelFirstByteMs: 'CADRE_MODEL_FIRST_BYTE_MS',
  modelIdleMs: 'CADRE_MODEL_IDLE_MS',
  modelTotalMs: 'CADRE_MODEL_TOTAL_MS',
  ratePerSecond: 'CADRE_RATE_PER_SECOND',
  logLevel: 'CADRE_LOG_LEVEL',
  grid: 'CADRE_GRID',
  pue: 'CADRE_PUE',
  energyFastMs: 'CADRE_ENERGY_FAST_MS',
  energyMediumMs: 'CADRE_ENERGY_MEDIUM_MS',
  energySlowMs: 'CADRE_ENERGY_SLOW_MS',
  energyFlywheelMs: 'CADRE_ENERGY_FLYWHEEL_MS',
  url: 'CADRE_URL',
  key: 'CADRE_KEY',
};

function defaults(): Partial<Record<SettingName, string>> {
  return {
    home: join(homedir(), '.cadre'),
    host: '127.0.0.1',
    port: '7200',
    allowHosts: '',
    allowOrigins: '',
    behindProxy: '',
    plugins: '',
    faults: '',
    leaseTtlMs: '15000',
    concurrency: '16',
    children: '2',
    modelFirstByteMs: '30000',
    modelIdleMs: '30000',
    modelTotalMs: '300000',
    ratePerSecond: '200',
    logLevel: 'info',
    grid: 'world',
    pue: '1.135',
    energyFastMs: '200',
    energyMediumMs: '2000',
    energySlowMs: '20000',
    energyFlywheelMs: '3600000',
  };
}

/**
 * Reads the settings. `flags` holds what the command line gave, by setting name.
 * @throws CadreError `config/invalid` naming the variable and what is wrong with it
 */
export function readConfig(
  flags: Partial<Record<SettingName, string | undefined>> = {},
  environment: NodeJS.ProcessEnv = process.env,
): { config: Config; origins: Record<SettingName, Origin> } {
  const raw: Record<string, string> = {};
  const origins = {} as Record<SettingName, Origin>; // filled for every name below
  const fallback = defaults();
  for (const name of Object.keys(VARIABLES) as SettingName[]) {
    const fromEnvironment = environment[VARIABLES[name]];
    const value = flags[name] ?? (fromEnvironment || undefined) ?? fallback[name];
    origins[name] =
      flags[name] !== undefined ? 'flag' : fromEnvironment ? 'environment' : ('default' satisfies Origin);
    if (value !== undefined) raw[name] = value;
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0] ?? 'settings');
    throw new CadreError('config/invalid', {
      name: VARIABLES[name as SettingName] ?? name,
      detail: issue?.message ?? 'unknown',
    });
  }
  return { config: parsed.data, origins };
}

/** Variables in which people keep keys of model providers. Cadre offers them and never uses them unasked. */
const PROVIDER_VARIABLES: Record<string, { provider: string; kind: string }> = {
  OPENAI_API_KEY: { provider: 'OpenAI', kind: 'openai' },
  ANTHROPIC_API_KEY: { provider: 'Anthropic', kind: 'anthropic' },
  GEMINI_API_KEY: { provider: 'Google', kind: 'google' },
  GOOGLE_GENERATIVE_AI_API_KEY: { provider: 'Google', kind: 'google' },
  MISTRAL_API_KEY: { provider: 'Mistral', kind: 'openai-compatible' },
  OPENROUTER_API_KEY: { provider: 'OpenRouter', kind: 'openrouter' },
};

/** A model provider whose key stands in the environment: never with the key. */
export interface OfferedKey {
  provider: string;
  kind: string;
  variable: string;
}

/** Model providers whose keys stand in the environment, the first variable of each; the keys themselves are not read. */
export function offeredKeys(environment: NodeJS.ProcessEnv = process.env): OfferedKey[] {
  const found = Object.entries(PROVIDER_VARIABLES).filter(([name]) => environment[name]);
  return found
    .map(([variable, offer]) => ({ ...offer, variable }))
    .filter(({ provider }, at, all) => all.findIndex((other) => other.provider === provider) === at);
}

/** Names of model providers whose keys stand in the environment. */
export function offeredProviders(environment: NodeJS.ProcessEnv = process.env): string[] {
  return offeredKeys(environment).map(({ provider }) => provider);
}

/** The key of a kind of provider, on a person's explicit word; and in which variable it stands, or would. */
export function environmentKey(
  kind: string,
  environment: NodeJS.ProcessEnv = process.env,
): { key: string | undefined; variable: string } {
  const names = Object.keys(PROVIDER_VARIABLES).filter((name) => PROVIDER_VARIABLES[name]?.kind === kind);
  const own = kind === 'openai-compatible' ? [] : names; // that kind says nothing about whose key it is
  const variable = own.find((name) => environment[name]) ?? own[0] ?? 'no variable';
  return { key: environment[variable]?.trim() || undefined, variable };
}

/** Where Ollama listens on this machine (its own variable is `OLLAMA_HOST`), as `host:port`. Never another machine. */
export function ollamaAddress(environment: NodeJS.ProcessEnv = process.env): string {
  const [, port = '11434'] = /:(\d{1,5})\/?$/.exec(environment.OLLAMA_HOST ?? '') ?? [];
  return `127.0.0.1:${port}`;
}

/** True when the person asked for no colour (no-color.org). */
export function wantsNoColor(environment: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean(environment.NO_COLOR) || environment.TERM === 'dumb';
}

/**
 * All that a child process sees of the environment: no setting and no secret of the server. Windows programs do not
 * start without `SYSTEMROOT`; a fixed time zone makes dates the same on every machine.
 */
export function childEnvironment(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return { TZ: 'UTC', ...(environment.SYSTEMROOT && { SYSTEMROOT: environment.SYSTEMROOT }) };
}

/** The name of this process among workers: host and pid, unique while it lives. */
export function processName(): string {
  return `${hostname()}:${process.pid}`;
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
