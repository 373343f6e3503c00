import { z } from 'zod';
import { PERMISSION_MODES, type PermissionMode } from '../agents/permission.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Role } from '../platform/kernel/operation.ts';
import { saveControl, selectControl, selectModelSpecs } from '../platform/store/control.ts';
import type { TaskControlRow } from '../platform/store/control-rows.ts';
import { selectModelNames } from '../platform/store/models.ts';
import type { TenantTx } from '../platform/store/transaction.ts';

/**
 * How a goal is to be worked on. Kept for the goal and read by all its steps at their next boundary. What nobody said
 * is not kept: then the executor's own model, the mode `default`, and no rule acts by itself.
 */
const MAX_MODEL_CHARACTERS = 200;
const MAX_BUDGET_TOKENS = 1_000_000_000;

export const wishesShape = {
  /** One of the models that may be called here (`provider/name`), or that agents here work with. */
  model: z.string().min(1).max(MAX_MODEL_CHARACTERS).optional(),
  permissionMode: z.enum(PERMISSION_MODES).optional(),
  /** Whether control rules may pause, end or move the goal to another model by themselves. */
  adaptive: z.boolean().optional(),
  /** For the rules: what the turns of the goal may use together. */
  budgetTokens: z.number().int().min(1).max(MAX_BUDGET_TOKENS).optional(),
};
const wishesSchema = z.object(wishesShape);
export type Wishes = z.output<typeof wishesSchema>;

/** The wishes as people see them. */
export const shownWishes = {
  model: z.string().nullable(),
  permissionMode: z.enum(PERMISSION_MODES),
  adaptive: z.boolean(),
  budgetTokens: z.number().int().nullable(),
};

export interface ShownWishes {
  model: string | null;
  permissionMode: PermissionMode;
  adaptive: boolean;
  budgetTokens: number | null;
}

/** The permission mode of a goal. A word that this version does not know is the most careful one. */
export function modeOf(row: Pick<TaskControlRow, 'permission_mode'> | undefined): PermissionMode {
  if (!row) return 'default';
  return PERMISSION_MODES.find((mode) => mode === row.permission_mode) ?? 'plan';
}

export function toWishes(row: TaskControlRow | undefined): ShownWishes {
  return {
    model: row?.model ?? null,
    permissionMode: modeOf(row),
    adaptive: row?.adaptive === 1,
    budgetTokens: row?.budget_tokens == null ? null : Number(row.budget_tokens),
  };
}

/** The wishes of somebody, or undefined when there are none. */
export function wishesIn({ model, permissionMode, adaptive, budgetTokens }: Wishes): Wishes | undefined {
  const said = { model, permissionMode, adaptive, budgetTokens };
  return Object.values(said).some((value) => value !== undefined) ? said : undefined;
}

/** @throws CadreError `control/unknown-model`, `control/mode-owner-only` */
export async function checkWishes(
  tx: TenantTx,
  { model, permissionMode }: Wishes,
  role: Role | undefined,
): Promise<void> {
  if (permissionMode === 'bypassPermissions' && role !== 'owner')
    throw new CadreError('control/mode-owner-only', { role: role ?? 'agent', mode: permissionMode });
  if (model === undefined) return;
  const known = await knownModels(tx);
  if (!known.includes(model))
    throw new CadreError('control/unknown-model', { model, known: known.join(', ') || 'none' });
}

/** Models that the tenant may call, and those that its agents work with, in the order of their names. */
export async function knownModels(tx: TenantTx): Promise<string[]> {
  const names = (await selectModelSpecs(tx)).flatMap((text) => {
    const spec: { executor?: { models?: Array<{ name: string }> } } = JSON.parse(text);
    return (spec.executor?.models ?? []).map(({ name }) => name);
  });
  return [...new Set([...names, ...(await selectModelNames(tx))])].sort();
}

/** What changed, by name; what stays as it was is not in it. */
export function changesOf(before: ShownWishes, wishes: Wishes): Partial<ShownWishes> {
  return Object.fromEntries(
    Object.entries(wishes).filter(
      ([name, value]) => value !== undefined && value !== before[name as keyof ShownWishes], // the same names
    ),
  );
}

/** Keeps the wishes for a goal; what is not said stays. */
export async function keepWishes(tx: TenantTx, rootId: string, wishes: Wishes): Promise<void> {
  const before = toWishes(await selectControl(tx, rootId));
  const changes = changesOf(before, wishes);
  const after = { ...before, ...changes };
  await saveControl(
    tx,
    {
      task_id: rootId,
      model: after.model,
      permission_mode: after.permissionMode,
      adaptive: after.adaptive ? 1 : 0,
      budget_tokens: after.budgetTokens,
    },
    changes.model !== undefined,
  );
}
