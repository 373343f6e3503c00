import { describe, expect, it } from 'vitest';
import { EFFECTS, mayAct, PERMISSION_MODES, type Verdict } from './permission.ts';

describe('what an executor may do by itself', () => {
  const table: Record<string, Record<string, [Verdict, Verdict]>> = {
    // effect: [as it is, where the executor wants it confirmed]
    default: {
      read: ['allow', 'ask'],
      edit: ['allow', 'ask'],
      external: ['ask', 'ask'],
      spend: ['ask', 'ask'],
      admin: ['ask', 'ask'],
    },
    acceptEdits: {
      read: ['allow', 'ask'],
      edit: ['allow', 'allow'],
      external: ['ask', 'ask'],
      spend: ['ask', 'ask'],
      admin: ['ask', 'ask'],
    },
    plan: {
      read: ['allow', 'allow'],
      edit: ['refuse', 'refuse'],
      external: ['refuse', 'refuse'],
      spend: ['refuse', 'refuse'],
      admin: ['refuse', 'refuse'],
    },
    bypassPermissions: {
      read: ['allow', 'allow'],
      edit: ['allow', 'allow'],
      external: ['ask', 'ask'],
      spend: ['ask', 'ask'],
      admin: ['ask', 'ask'],
    },
  };
  for (const mode of PERMISSION_MODES)
    for (const effect of EFFECTS)
      it(`${mode}, ${effect}`, () => {
        expect([mayAct(mode, effect), mayAct(mode, effect, true)]).toEqual(table[mode]?.[effect]);
      });

  it('twin: no mode at all lets what reaches outside pass by itself', () => {
    for (const mode of PERMISSION_MODES)
      for (const effect of ['external', 'spend', 'admin'] as const)
        expect(mayAct(mode, effect)).not.toBe('allow');
  });
});
