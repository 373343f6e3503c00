import { CadreError } from '../kernel/errors.ts';

/** What `cadre_insist` fails with, on both engines. */
export const NOT_SO = 'cadre_insist: it is not so';

/** Whether a transaction failed because something that it insisted on was not so. */
export const isNotSo = (error: unknown): boolean =>
  error instanceof CadreError
    ? error.values.detail === NOT_SO
    : error instanceof Error && error.message === NOT_SO;
