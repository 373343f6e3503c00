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
  ratePerSecond: z.coerce.number().int().min(0).max(1_000_000),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
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
  faults: 'CADRE_FAULTS',
  leaseTtlMs: 'CADRE_LEASE_TTL_MS',
  concurrency: 'CADRE_CONCURRENCY',
  children: 'CADRE_CHILDREN',
  ratePerSecond: 'CADRE_RATE_PER_SECOND',
  logLevel: 'CADRE_LOG_LEVEL',
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
    ratePerSecond: '200',
    logLevel: 'info',
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
const PROVIDER_VARIABLES: Record<string, string> = {
  OPENAI_API_KEY: 'OpenAI',
  ANTHROPIC_API_KEY: 'Anthropic',
  GEMINI_API_KEY: 'Google',
  GOOGLE_GENERATIVE_AI_API_KEY: 'Google',
  MISTRAL_API_KEY: 'Mistral',
  OPENROUTER_API_KEY: 'OpenRouter',
};

/** Names of model providers whose keys stand in the environment; the keys themselves are not read. */
export function offeredProviders(environment: NodeJS.ProcessEnv = process.env): string[] {
  const found = Object.keys(PROVIDER_VARIABLES).filter((name) => environment[name]);
  return [...new Set(found.map((name) => PROVIDER_VARIABLES[name] ?? name))];
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
