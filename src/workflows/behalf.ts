import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import { type Caller, ROLES, type Role } from '../platform/kernel/operation.ts';
import { selectKeyOfSession } from '../platform/store/schedules.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { checkReferences, type SubmitNeeds, submitIn } from '../tasks/submit.ts';
import { MAX_GOAL_CHARACTERS, type Submission, submitSchema } from '../tasks/task.ts';
import { resolve } from './versions.ts';

/**
 * Tasks that schedules and triggers submit on behalf of somebody. Whoever made one answers for it, and whoever changed
 * or resumed it last: with their key, and never with more than the least role of them all. When that key is revoked it
 * stops; a key that only ran out, or a browser that was closed, stops nothing.
 */
export type BehalfNeeds = Omit<SubmitNeeds, 'store'>;

/** Who answers for a schedule or trigger. */
export interface Answerer {
  role: string;
  key_id: string | null;
}

/** The caller as the one who answers, with at most the role of who did before. */
export async function answererOf(tx: TenantTx, caller: Caller, before?: Role): Promise<Answerer> {
  const { actor, role } = caller;
  const keyId =
    actor.kind === 'key'
      ? actor.id
      : actor.kind === 'session'
        ? await selectKeyOfSession(tx, actor.id)
        : null; // whoever can open the home
  return { role: before && ROLES.indexOf(before) < ROLES.indexOf(role) ? before : role, key_id: keyId };
}

/** A role as it was stored; what is none may do nothing. */
export const roleOf = (text: string): Role => ROLES.find((role) => role === text) ?? 'viewer';

/**
 * Whether a task can be submitted again and again, as far as that shows now.
 * @throws CadreError `schedule/bad-task`, `task/no-goal`, `task/goal-too-long`, `workflow/…`, `agent/not-found`,
 *   `file/not-found`
 */
export async function checkTask(tx: TenantTx, name: string, task: Submission): Promise<void> {
  if (task.deadline !== undefined)
    throw new CadreError('schedule/bad-task', { name, detail: 'its `deadline` is one moment only' });
  const { length } = task.goal.trim();
  if (length === 0 && task.workflow === undefined) throw new CadreError('task/no-goal', {});
  if (length > MAX_GOAL_CHARACTERS)
    throw new CadreError('task/goal-too-long', { length, limit: MAX_GOAL_CHARACTERS });
  // Whether the input fits shows when it is whole: what sets a trigger off is part of it.
  if (task.workflow !== undefined) await resolve(tx, task.workflow);
  await checkReferences(tx, task);
}

/** Submits the task of a schedule or trigger. @throws CadreError as `submitIn`, `auth/forbidden` */
export async function submitFor(
  tx: TenantTx,
  needs: BehalfNeeds,
  of: { task: string; role: string },
  by: { createdBy: string; input?: { [name: string]: Json }; files?: string[] },
): Promise<string> {
  if (ROLES.indexOf(roleOf(of.role)) < ROLES.indexOf('operator'))
    throw new CadreError('auth/forbidden', { role: of.role, operation: 'tasks.submit' });
  const task = submitSchema.parse(JSON.parse(of.task));
  const submission: Submission = {
    ...task,
    input: { ...task.input, ...by.input },
    files: [...task.files, ...(by.files ?? [])],
  };
  return submitIn(tx, needs, submission, { createdBy: by.createdBy, idempotencyKey: null });
}

/** What a person can act on; anything else is the store's fault or ours, and is tried again. */
export function isRefusal(error: unknown): error is CadreError {
  return error instanceof CadreError && error.status < 500;
}
