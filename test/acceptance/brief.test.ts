import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeDocument } from '../../src/documents/extraction/analyze.ts';
import { parseDocument } from '../../src/documents/parse.ts';
import { runSkill } from '../../src/operator/skills/host.ts';
import type { Brief, Contradiction, Material } from '../../src/operator/skills/skill.ts';

/**
 * The brief over the bundled documents, held against what is true of them (test/gold/harbour-truth.json, written
 * with the documents, before any rule had been run on them).
 */
const FOLDER = new URL('../../examples/harbour/', import.meta.url);

interface Truth {
  persons: Array<{ name: string; role: string; matters?: boolean }>;
  organisations: string[];
  places: string[];
  amounts: Array<{ number: number; unit: string }>;
  timeline: Array<{ date: string; what: string }>;
  contradictions: Array<{ id: string; values: string[] }>;
  gaps: Array<{ what: string; quote: string }>;
}

const truth: Truth = JSON.parse(readFileSync(new URL('../gold/harbour-truth.json', import.meta.url), 'utf8'));
const materials: Material[] = [];
let brief: Brief;

beforeAll(async () => {
  for (const name of readdirSync(FOLDER).sort()) {
    const document = await parseDocument({ name, bytes: readFileSync(new URL(name, FOLDER)) });
    materials.push({ fileId: `file-${name}`, document, analysis: analyzeDocument(document) });
  }
  const request = {
    goal: 'Brief me: who and what matters here',
    input: {},
    materials,
    results: {},
    today: '2026-11-21',
  };
  brief = (await runSkill({ capability: 'brief.write', request })) as Brief; // the capability's own type
});

function share(hits: boolean[]): number {
  return hits.filter(Boolean).length / hits.length;
}

function plain(text: string): string {
  return text.replace(/[\s|]+/g, ' ');
}

/** True when it sets the same values against each other, cited from different files. */
function speaksOf({ citations }: Contradiction, values: string[]): boolean {
  const files = values.map((value) => citations.find(({ quote }) => plain(quote).includes(value))?.fileId);
  return files.every((file) => file !== undefined) && new Set(files).size === values.length;
}

describe('contradictions between the documents', () => {
  it('are found, all four', () => {
    const missing = truth.contradictions.filter(
      ({ values }) => !brief.contradictions.some((found) => speaksOf(found, values)),
    );
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  it('are not invented: years, options, rounded figures and rumours are let be', () => {
    const invented = brief.contradictions.filter(
      (found) => !truth.contradictions.some(({ values }) => speaksOf(found, values)),
    );
    expect(invented.map(({ sentence }) => sentence)).toEqual([]);
  });
});

describe('who and what matters', () => {
  const names = (kind: string) =>
    brief.entities.filter((entity) => entity.kind === kind).map(({ name }) => name);

  it('names the persons, and where those who matter stand', () => {
    const found = names('person').join('\n');
    expect(share(truth.persons.map(({ name }) => found.includes(name)))).toBeGreaterThanOrEqual(0.8);
    const placed = truth.persons
      .filter(({ matters }) => matters)
      .map(({ name, role }) => {
        const about = brief.entities.find((entity) => entity.name.includes(name))?.about?.sentence ?? '';
        return about.toLowerCase().includes(role.split(' ').at(-1) ?? role);
      });
    expect(share(placed)).toBeGreaterThanOrEqual(0.5);
  });

  it('names organisations and places', () => {
    const organisations = names('organisation').join('\n');
    expect(share(truth.organisations.map((name) => organisations.includes(name)))).toBeGreaterThanOrEqual(
      0.7,
    );
    const places = names('place').join('\n');
    expect(share(truth.places.map((name) => places.includes(name)))).toBeGreaterThanOrEqual(0.4);
  });

  it('lists the amounts with the right number and unit', () => {
    const hits = truth.amounts.map(({ number, unit }) =>
      brief.amounts.some((amount) => amount.number === number && amount.unit === unit),
    );
    expect(share(hits)).toBeGreaterThanOrEqual(0.8);
  });

  it('puts the events in order of time', () => {
    const dates = new Set(brief.timeline.map(({ date }) => date));
    expect(share(truth.timeline.map(({ date }) => dates.has(date)))).toBeGreaterThanOrEqual(0.7);
    expect([...dates]).toEqual([...dates].sort());
  });

  it('names the gaps', () => {
    const gaps = plain(brief.gaps.join('\n'));
    const words = truth.gaps.map(({ quote }) =>
      quote.replace(/^reproduced in |^the | \(risk register\)/g, ''),
    );
    expect(share(words.map((quote) => gaps.includes(quote)))).toBeGreaterThanOrEqual(0.8);
  });
});

it('is short enough to be read', () => {
  expect(brief.keyPoints.length).toBeGreaterThanOrEqual(5);
  expect(brief.keyPoints.length).toBeLessThanOrEqual(12);
  expect(brief.timeline.length).toBeLessThanOrEqual(30);
  expect(brief.title).toContain('Dunmarra');
});

it('a document less, and its contradictions are gone', async () => {
  const fewer = materials.filter(({ document }) => document.name !== 'press-release.html');
  const request = { goal: 'Brief me', input: {}, materials: fewer, results: {}, today: '2026-11-21' };
  const shorter = (await runSkill({ capability: 'brief.write', request })) as Brief; // the capability's own type
  const opening = truth.contradictions.find(({ id }) => id === 'opening-date');
  expect(shorter.contradictions.some((found) => speaksOf(found, opening?.values ?? []))).toBe(false);
  expect(shorter.contradictions).toHaveLength(truth.contradictions.length - 1);
});
