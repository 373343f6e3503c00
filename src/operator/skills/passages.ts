import { citePassage, type Passage, type Reading, read } from './reading.ts';
import type { Finding, Material } from './skill.ts';

/** Finding one's way in the passages of a request. Pure; a material is cut once and remembered. */

const readings = new WeakMap<Material, Reading>();

/** The passages of a material, computed once. */
export function readingOf(material: Material): Reading {
  let reading = readings.get(material);
  if (!reading) {
    reading = read(material);
    readings.set(material, reading);
  }
  return reading;
}

/** The passage that holds a position, or undefined when it stands outside of all (a page number, a mail header). */
export function passageAt(reading: Reading, position: number): Passage | undefined {
  const { passages } = reading;
  let [low, high] = [0, passages.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const passage = passages[middle];
    if (!passage) return undefined;
    if (position < passage.start) high = middle - 1;
    else if (position >= passage.end) low = middle + 1;
    else return passage;
  }
  return undefined;
}

/** The stretch of the line that holds a position, for what stands in no passage. */
export function lineAt(material: Material, position: number): { start: number; end: number } {
  const { text } = material.document;
  let start = text.lastIndexOf('\n', Math.max(0, position - 1)) + 1;
  const lineEnd = text.indexOf('\n', position);
  let end = lineEnd < 0 ? text.length : lineEnd;
  while (start < end && /\s/.test(text[start] ?? '')) start += 1;
  while (end > start && /\s/.test(text[end - 1] ?? '')) end -= 1;
  return { start, end };
}

/** A passage as a finding: its own words, cited. */
export function findingOf(material: Material, passage: Passage): Finding {
  return { sentence: passage.text, citations: [citePassage(material, passage)] };
}
