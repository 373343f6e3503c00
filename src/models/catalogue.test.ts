import { describe, expect, it } from 'vitest';
import { CATALOGUE, CATALOGUE_AS_OF, inCatalogue, PRICE_PAGES, supposed } from './catalogue.ts';
import { classOfSize, ENERGY_CLASSES, energyOf } from './energy-class.ts';
import { isNear, readBaseUrl } from './places.ts';
import { isDay, priceOn } from './price.ts';
import { PROVIDER_KINDS, type ProviderKind } from './registry.ts';

describe('the catalogue', () => {
  it('has sound figures, each model once, and a page to check hosted prices at', () => {
    expect(isDay(CATALOGUE_AS_OF)).toBe(true);
    for (const kind of PROVIDER_KINDS) {
      const names = CATALOGUE[kind].map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.length).toBeGreaterThan(2);
      if (kind !== 'openai-compatible') expect(PRICE_PAGES[kind]).toMatch(/^https:/);
      for (const model of CATALOGUE[kind]) {
        expect(model.maxOutputTokens, model.name).toBeLessThan(model.contextTokens);
        const price = priceOn(model.prices, CATALOGUE_AS_OF);
        if (!price) continue;
        expect(price.outputUsdPerMillion, model.name).toBeGreaterThanOrEqual(price.inputUsdPerMillion);
        expect(price.cachedInputUsdPerMillion, model.name).toBeLessThan(price.inputUsdPerMillion);
      }
    }
  });

  it('knows a model with a date at its end, and nothing that is only alike', () => {
    expect(inCatalogue('anthropic', 'claude-sonnet-4-5-20250929')).toMatchObject({
      name: 'claude-sonnet-4-5-20250929',
      tier: 'medium',
    });
    expect(inCatalogue('openai', 'gpt-4o-2024-08-06')?.tier).toBe('medium');
    expect(inCatalogue('openai', 'gpt-4o-mini')?.tier).toBe('small');
    expect(inCatalogue('openai', 'gpt-4o-audio')).toBeUndefined();
    expect(inCatalogue('anthropic', 'gpt-4o')).toBeUndefined();
  });

  it('supposes size and energy from the name, and little context', () => {
    expect(supposed('qwen9:72b')).toMatchObject({ tier: 'large', contextTokens: 4_096, prices: [] });
    expect(supposed('qwen9:72b').energy.energyClass).toBe('dense-70b');
    expect(supposed('phi-3b').energy.energyClass).toBe('dense-8b');
    expect(supposed('something-mini').tier).toBe('small');
    expect(supposed('something').tier).toBe('medium');
    expect([3, 32, 70, 400, 671].map(classOfSize)).toEqual([
      'dense-8b',
      'dense-32b',
      'dense-70b',
      'moe-400b',
      'moe-671b',
    ]);
    const joules = ENERGY_CLASSES.map((name) => energyOf(name).joulesPerOutputToken);
    // The table of EVOLUTION section 3.2.
    for (const [at, told] of [0.32, 0.43, 0.31, 2.4, 2.9, 7.2].entries())
      expect(Math.abs((joules[at] ?? 0) / told - 1), ENERGY_CLASSES[at]).toBeLessThan(0.03);
    for (const name of ENERGY_CLASSES)
      expect(energyOf(name).joulesPerInputToken).toBeCloseTo(0.1 * energyOf(name).joulesPerOutputToken);
  });
});

describe('addresses', () => {
  const read = (text: string | undefined, hasKey = false, kind: ProviderKind = 'openai-compatible') => {
    try {
      return readBaseUrl(kind, text, hasKey);
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('are kept without their last slash; those that hold or would show a secret are refused', () => {
    expect(read(' http://127.0.0.1:11434/v1/ ')).toBe('http://127.0.0.1:11434/v1');
    expect(read(undefined, true, 'openai')).toBeNull();
    for (const bad of [
      undefined,
      '',
      'ollama',
      'ftp://a/b',
      'https://me:swordfish@example.org/v1',
      'https://example.org/v1?key=swordfish',
      'https://example.org/v1#x',
    ])
      expect(read(bad), String(bad)).toBe('provider/bad-address');
    expect(read('http://example.org/v1', true)).toBe('provider/bad-address');
    expect(read('http://example.org/v1')).toBe('http://example.org/v1');
    expect(read('http://gpu.lan:8000/v1', true)).toBe('http://gpu.lan:8000/v1');
  });

  it('are near when they are of this machine or a private network', () => {
    for (const near of ['127.0.0.1', '10.1.2.3', '[::1]', 'localhost', 'gpu', 'gpu.local', '192.168.0.9'])
      expect(isNear(near), near).toBe(true);
    for (const far of ['8.8.8.8', 'example.org', '[2606:4700::1]']) expect(isNear(far), far).toBe(false);
  });

  it('never repeat a password in the refusal', () => {
    try {
      readBaseUrl('openai', 'https://me:swordfish@example.org/v1?k=swordfish', true);
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('swordfish');
    }
  });
});
