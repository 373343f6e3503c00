/** A row of numbers as a line in a box of `width` by `height`, the largest at the top. Pure, so that it can be tested. */
export interface Line {
  /** `d` of an SVG path; empty for no value. */
  path: string;
  lowest: number;
  highest: number;
  /** Where a value stands, from the top. */
  y(value: number): number;
}

export function lineOf(values: readonly number[], width: number, height: number): Line {
  const [lowest, highest] = values.length === 0 ? [0, 0] : [Math.min(...values), Math.max(...values)];
  const span = highest - lowest;
  const y = (value: number) => (span === 0 ? height / 2 : height - ((value - lowest) / span) * height);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const round = (value: number) => Number(value.toFixed(2));
  const path = values
    .map((value, index) => `${index === 0 ? 'M' : 'L'}${round(index * step)} ${round(y(value))}`)
    .join('');
  return { path, lowest, highest, y };
}
