import { parseArgs } from 'node:util';
import {
  type Config,
  type Origin,
  readConfig,
  type SettingName,
  VARIABLES,
} from '../../platform/kernel/config.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { messageOf } from '../../platform/kernel/json.ts';

/** A flag of a command: its value is text unless it is a switch. */
export interface Flag {
  kind: 'text' | 'switch' | 'list';
  about: string;
  /** What stands for the value in the help. */
  value?: string;
}
export type Flags = Record<string, Flag>;

export interface Given {
  positionals: string[];
  text(name: string): string | undefined;
  list(name: string): string[];
  is(name: string): boolean;
  /** True, false (`--no-x`) or not said. */
  said(name: string): boolean | undefined;
  config: Config;
  origins: Record<SettingName, Origin>;
  json: boolean;
}

/** A secret on the command line would show in the list of processes; a guard is not switched off by a slip. */
const NOT_AS_FLAG: readonly SettingName[] = ['adminKey', 'masterKey', 'masterKeyBefore', 'faults'];

const SETTING_FLAGS: Partial<Record<SettingName, string>> = {
  home: 'Folder of the home (data, key, log)',
  port: 'Port to listen on, or of the server',
  url: 'Address of a running server',
  key: 'Key for it',
};

/** Flags that every command takes. */
export const COMMON_FLAGS: Flags = {
  json: { kind: 'switch', about: 'Answer as JSON' },
  help: { kind: 'switch', about: 'Show this help' },
};

/** Every setting as a flag: `databaseUrl` is `--database-url`. */
export function settingFlags(all = true): Flags {
  const names = (Object.keys(VARIABLES) as SettingName[]).filter((name) => !NOT_AS_FLAG.includes(name));
  return Object.fromEntries(
    names
      .filter((name) => all || name in SETTING_FLAGS)
      .map((name) => [
        toKebab(name),
        { kind: 'text', value: name, about: SETTING_FLAGS[name] ?? `Setting ${VARIABLES[name]}` } as const,
      ]),
  );
}

/**
 * Reads what follows the command's name. @throws CadreError `cli/usage` naming what is wrong, `config/invalid`
 */
export function readArguments(argv: readonly string[], flags: Flags): Given {
  // A command's own flag wins over a setting of the same name.
  const known = { ...settingFlags(), ...COMMON_FLAGS, ...flags };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, flag]) => [
      name,
      {
        type: flag.kind === 'switch' ? ('boolean' as const) : ('string' as const),
        multiple: flag.kind === 'list',
      },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      allowNegative: true,
      strict: true,
    });
  } catch (cause) {
    throw new CadreError('cli/usage', { detail: usageDetail(messageOf(cause)) }, { cause });
  }
  const { values, positionals } = parsed;
  const settings: Partial<Record<SettingName, string>> = {};
  for (const name of Object.keys(VARIABLES) as SettingName[]) {
    const flag = toKebab(name);
    const value = values[flag];
    if (!(flag in flags) && !NOT_AS_FLAG.includes(name) && typeof value === 'string') settings[name] = value;
  }
  const { config, origins } = readConfig(settings);
  const textOf = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  return {
    positionals,
    config,
    origins,
    json: values.json === true,
    text: textOf,
    list: (name) => (Array.isArray(values[name]) ? values[name].map(String) : []),
    is: (name) => values[name] === true,
    said: (name) => (typeof values[name] === 'boolean' ? values[name] : undefined),
  };
}

function usageDetail(message: string): string {
  const dashed = /^Option '(?:-\w, )?(--[\w-]+).*' argument is ambiguous/.exec(message)?.[1];
  if (dashed) return `${dashed} has no value; one that begins with a dash is written ${dashed}=-1`;
  return message.split('. ')[0]?.replace(/\.$/, '') ?? message;
}

/** `agentId` as people type it: `agent-id`. */
export function toKebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
