import { describe, expect, test } from 'vitest';
import { offeredProviders, processName, readConfig, wantsNoColor } from './config.ts';

describe('settings', () => {
  test('come from flags, then the environment, then defaults, and say from where', () => {
    const { config, origins } = readConfig({ port: '1' }, { CADRE_PORT: '2', CADRE_HOST: '::1', HOME: '/h' });
    expect(config).toMatchObject({ port: 1, host: '::1', leaseTtlMs: 15_000, allowHosts: [] });
    expect(origins).toMatchObject({ port: 'flag', host: 'environment', leaseTtlMs: 'default' });
  });

  test('hold lists split at commas', () => {
    const { config } = readConfig({}, { CADRE_ALLOW_HOSTS: ' a:1, b ,,' });
    expect(config.allowHosts).toEqual(['a:1', 'b']);
  });

  test('switch guards off only where they are named', () => {
    expect(readConfig({}, {}).config.faults).toEqual([]);
    const faults = readConfig({}, { CADRE_FAULTS: 'no-push, deaf:ping' }).config.faults;
    expect(faults).toEqual(['no-push', 'deaf:ping']);
  });

  test('that are empty in the environment count as not set', () => {
    expect(readConfig({}, { DATABASE_URL: '', CADRE_PORT: '' }).config).toMatchObject({ port: 7200 });
  });

  const wrong: Array<[string, Record<string, string>]> = [
    ['CADRE_PORT', { CADRE_PORT: 'seven' }],
    ['CADRE_PORT', { CADRE_PORT: '70000' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://x' }],
    ['CADRE_LEASE_TTL_MS', { CADRE_LEASE_TTL_MS: '1' }],
    ['CADRE_LOG_LEVEL', { CADRE_LOG_LEVEL: 'loud' }],
    ['CADRE_URL', { CADRE_URL: 'not a url' }],
    ['CADRE_FAULTS', { CADRE_FAULTS: 'no-push,no-locks' }],
    ['CADRE_FAULTS', { CADRE_FAULTS: 'deaf:' }],
  ];
  test.each(wrong)('%s of a wrong form is named', (name, environment) => {
    expect(() => readConfig({}, environment)).toThrow(
      expect.objectContaining({ code: 'config/invalid', values: expect.objectContaining({ name }) }),
    );
  });
});

test('providers whose keys are there are offered by name, once', () => {
  expect(
    offeredProviders({ GEMINI_API_KEY: 'a', GOOGLE_GENERATIVE_AI_API_KEY: 'b', OPENAI_API_KEY: '' }),
  ).toEqual(['Google']);
});

test('colour is left out where it was asked for, or cannot be shown', () => {
  expect([{ NO_COLOR: '1' }, { TERM: 'dumb' }, { TERM: 'xterm' }].map(wantsNoColor)).toEqual([
    true,
    true,
    false,
  ]);
});

test('the process is named by its machine and pid', () => {
  expect(processName()).toMatch(new RegExp(`:${process.pid}$`));
});
