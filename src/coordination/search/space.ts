import { z } from 'zod';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Json } from '../../platform/kernel/json.ts';

/**
 * Spaces of parameters (FEATURES CO-6): each parameter is a range with a step, or a choice of values. Every space is a
 * grid of points in one order: the last parameter changes fastest. Decimal steps are counted exactly, not summed up.
 */
export const parameterSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('range'), min: z.number(), max: z.number(), step: z.number() }),
  z.strictObject({ type: z.literal('choice'), values: z.array(z.json()).max(1_000) }),
]);
export type Parameter = z.output<typeof parameterSchema>;
export const spaceSchema = z.record(z.string().min(1).max(80), parameterSchema);
export type Space = z.output<typeof spaceSchema>;
export type Point = Record<string, Json>;

/** One parameter as a list of values that is counted, not stored. */
export interface Axis {
  name: string;
  count: number;
  valueAt(index: number): Json;
}

const MAX_AXES = 50;
/** More values of one parameter than anybody tries. */
const MAX_VALUES = 1_000_000_000;

/** The axes of a space. @throws CadreError `optimization/space` when it is empty, upside down, or without steps */
export function axesOf(space: Space): Axis[] {
  const names = Object.keys(space);
  if (names.length === 0) throw bad('it has no parameter');
  if (names.length > MAX_AXES) throw bad(`it has ${names.length} parameters; ${MAX_AXES} are the most`);
  return names.map((name) => {
    const parameter = space[name] as Parameter; // its own key
    return parameter.type === 'choice' ? choiceAxis(name, parameter.values) : rangeAxis(name, parameter);
  });
}

/** How many points the full grid has; infinite where a number cannot say. */
export function sizeOf(axes: readonly Axis[]): number {
  return axes.reduce((size, axis) => size * axis.count, 1);
}

/** The point of the grid at a place, from 0. */
export function pointAt(axes: readonly Axis[], place: number): Point {
  const indices: number[] = [];
  let rest = place;
  for (const { count } of [...axes].reverse()) {
    indices.unshift(rest % count);
    rest = Math.floor(rest / count);
  }
  return pointOf(axes, indices);
}

/** The point with these places on the axes. */
export function pointOf(axes: readonly Axis[], indices: readonly number[]): Point {
  return Object.fromEntries(axes.map((axis, index) => [axis.name, axis.valueAt(indices[index] ?? 0)]));
}

function choiceAxis(name: string, values: Json[]): Axis {
  if (values.length === 0) throw bad(`"${name}" has no values`);
  const distinct = new Set(values.map((value) => JSON.stringify(value)));
  if (distinct.size !== values.length) throw bad(`"${name}" names a value twice`);
  return { name, count: values.length, valueAt: (index) => values[index] ?? null };
}

function rangeAxis(name: string, { min, max, step }: Extract<Parameter, { type: 'range' }>): Axis {
  if (step <= 0) throw bad(`"${name}" has the step ${step}; it must be above 0`);
  if (min > max) throw bad(`"${name}" begins at ${min}, above its end ${max}`);
  const parts = [min, max, step].map(decimalOf);
  const places = Math.max(...parts.map((part) => part.places));
  const [low, high, stride] = parts.map((part) => part.digits * 10n ** BigInt(places - part.places)) as [
    bigint,
    bigint,
    bigint,
  ]; // of three numbers
  const count = (high - low) / stride + 1n;
  if (count > BigInt(MAX_VALUES)) throw bad(`"${name}" has ${count} values; ${MAX_VALUES} are the most`);
  return {
    name,
    count: Number(count),
    valueAt: (index) => Number(`${low + BigInt(index) * stride}e-${places}`),
  };
}

/** A number as the decimal that it is written as: 0.1 is 1 with one place. */
function decimalOf(value: number): { digits: bigint; places: number } {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places };
}

function bad(detail: string): CadreError {
  return new CadreError('optimization/space', { detail });
}
