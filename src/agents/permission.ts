/**
 * What an executor may do by itself (FEATURES QC-4). The executor says what an act does; whether it may is decided
 * outside of it, before the act.
 */
export const PERMISSION_MODES = ['default', 'acceptEdits', 'plan', 'bypassPermissions'] as const;
/** What an act does: look, change the work itself, reach outside, cost money beyond the turn, change Cadre. */
export const EFFECTS = ['read', 'edit', 'external', 'spend', 'admin'] as const;

export type PermissionMode = (typeof PERMISSION_MODES)[number];
export type Effect = (typeof EFFECTS)[number];

/** `ask`: a person decides first. `refuse`: never in this mode. */
export type Verdict = 'allow' | 'ask' | 'refuse';

/**
 * | mode | read | edit | external, spend, admin |
 * |---|---|---|---|
 * | default | allow | allow; ask where the executor wants it confirmed | ask |
 * | acceptEdits | allow | allow | ask |
 * | bypassPermissions | allow, nothing is confirmed | allow, nothing is confirmed | ask: it never covers these |
 * | plan | allow | refuse | refuse |
 *
 * `wantsConfirmation`: the executor itself would rather have the act confirmed.
 */
export function mayAct(mode: PermissionMode, effect: Effect, wantsConfirmation = false): Verdict {
  if (mode === 'plan') return effect === 'read' ? 'allow' : 'refuse';
  if (effect !== 'read' && effect !== 'edit') return 'ask';
  if (!wantsConfirmation || mode === 'bypassPermissions') return 'allow';
  return mode === 'acceptEdits' && effect === 'edit' ? 'allow' : 'ask';
}
