import { type RawBuilder, sql } from 'kysely';

/**
 * Values that stand in the statement itself. An index over a part of a table (`where state = 'waiting'`) is found only
 * so: what comes with a statement is not known yet when its plan is made.
 */
export const fixed = <T extends string | number>(value: T): RawBuilder<T> => sql.lit(value);

/** Several of them, for `in`. */
export const fixedList = (values: readonly string[]): RawBuilder<string> =>
  sql<string>`(${sql.join(values.map((value) => sql.lit(value)))})`;
