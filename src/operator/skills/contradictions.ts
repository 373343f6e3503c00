import { agree, type Claim, collectClaims, SAME_MATTER } from './claims.ts';
import { notUnderstoodOf } from './describe.ts';
import { counted, type Draft } from './draft.ts';
import { type Entity, mergeEntities } from './entities.ts';
import { findOpposites } from './opposites.ts';
import { comparable } from './qualifiers.ts';
import { type Reading, read } from './reading.ts';
import type { Citation, Contradiction, Finding, SkillRequest } from './skill.ts';
import { findWrongTotals } from './totals.ts';
import { addTo } from './words.ts';

/**
 * Where the sources cannot all be right: the same thing with two values, in one document or across several. Quiet
 * by design: what differs in time, part, unit, plan or exactness is not compared.
 */
export function findContradictions(
  readings: Reading[],
  known?: { entities: Entity[]; claims: Claim[] },
): Contradiction[] {
  const entities = known?.entities ?? mergeEntities(readings);
  const claims = known?.claims ?? collectClaims(readings, entities);
  const names = new Map(readings.map(({ material }) => [material.fileId, material.document.name]));
  const found = [
    ...fromClaims(claims, names, affinityOf(entities)),
    ...findOpposites(readings, names),
    ...findWrongTotals(readings),
  ];
  const seen = new Set<string>();
  return found.filter((contradiction) => {
    const key = contradiction.citations
      .map(({ fileId, start }) => `${fileId}:${start}`)
      .sort()
      .join();
    return !seen.has(key) && seen.add(key);
  });
}

type Affinity = (left: string, right: string) => boolean;

/** Two documents are of one matter when they share two people or organisations (one, where a document names few). */
function affinityOf(entities: Entity[]): Affinity {
  const named = new Map<string, Set<Entity>>();
  for (const entity of entities) {
    if (entity.kind !== 'person' && entity.kind !== 'organisation') continue;
    for (const fileId of entity.documents) named.set(fileId, (named.get(fileId) ?? new Set()).add(entity));
  }
  return (left, right) => {
    const [a, b] = [named.get(left) ?? new Set(), named.get(right) ?? new Set()];
    const shared = [...a].filter((entity) => b.has(entity)).length;
    return left === right || shared >= Math.min(2, Math.max(1, Math.min(a.size, b.size) - 1));
  };
}

function fromClaims(claims: Claim[], names: Map<string, string>, affinity: Affinity): Contradiction[] {
  const byKey = new Map<string, Claim[]>();
  for (const claim of claims) {
    for (const key of claim.keys) addTo(byKey, key, claim);
  }
  const found: Contradiction[] = [];
  for (const [key, group] of byKey) {
    if (group.length < 2 || isListOfRecords(group)) continue;
    const sides = sidesOf(group, key.endsWith(SAME_MATTER) ? affinity : () => true);
    if (sides.length < 2) continue;
    found.push(contradictionOf(sides.slice(0, 4), names));
  }
  return found;
}

/** Three or more values in one document are a list of like things (payments, readings), not a dispute. */
function isListOfRecords(group: Claim[]): boolean {
  for (const claims of Map.groupBy(group, ({ citations }) => citations[0]?.fileId).values()) {
    const values: Claim[] = [];
    for (const claim of claims) {
      if (!values.some((other) => agree(other.value, claim.value))) values.push(claim);
      if (values.length > 2) return true;
    }
  }
  return false;
}

/** One claim for each value that disagrees with all chosen before. */
function sidesOf(group: Claim[], affinity: Affinity): Claim[] {
  const sides: Claim[] = [];
  for (const claim of group) {
    const disputes = sides.every(
      (side) =>
        !samePlace(side, claim) &&
        affinity(side.citations[0]?.fileId ?? '', claim.citations[0]?.fileId ?? '') &&
        !agree(side.value, claim.value) &&
        comparable(side.qualifiers, claim.qualifiers),
    );
    if (disputes && !claim.qualifiers.loose) sides.push(claim);
  }
  return sides;
}

/** One sentence, table or list of fields with two values tells two things apart; it does not quarrel with itself. */
function samePlace(a: Claim, b: Claim): boolean {
  if (a.list !== undefined && a.list === b.list) return true;
  const [left, right] = [a.citations[0], b.citations[0]];
  return left?.fileId === right?.fileId && left?.start === right?.start;
}

function contradictionOf(sides: Claim[], names: Map<string, string>): Contradiction {
  const named = sides.find(({ subject }) => subject !== '') ?? sides[0];
  return contradiction(
    named?.about ?? '',
    sides.map(({ sentence, citations }) => ({ sentence, citations })),
    names,
  );
}

/** `a.md says "…"; b.pdf says "…"`, each side cited. */
export function contradiction(
  subject: string,
  sides: Array<{ sentence: string; citations: Citation[] }>,
  names: Map<string, string>,
): Contradiction {
  const parts = sides.map(
    ({ sentence, citations }) => `${names.get(citations[0]?.fileId ?? '') ?? ''} says “${sentence}”`,
  );
  return { subject, sentence: parts.join('; '), citations: sides.flatMap(({ citations }) => citations) };
}

function countOf(findings: Finding[]): Finding {
  const citations = findings.flatMap(({ citations: [first] }) => first ?? []);
  const sentence =
    findings.length === 1 ? '1 contradiction was found.' : `${findings.length} contradictions were found.`;
  return { sentence, citations, computation: counted(citations) };
}

/** The skill `contradictions.find`: what the sources disagree about, as a draft for the writer. */
export function reportContradictions(request: SkillRequest): Draft {
  const readings = request.materials.map((material) => read(material));
  const found = findContradictions(readings);
  const findings = found.map(({ sentence, citations, computation }) => ({
    sentence,
    citations,
    ...(computation && { computation }),
  }));
  const count = request.materials.length;
  const none = `No contradiction was found in ${count === 1 ? 'the document' : `the ${count} documents`}.`;
  return {
    kind: 'contradictions',
    title: 'What the sources disagree about',
    answered: true,
    answer: findings.length > 0 ? countOf(findings) : { sentence: none, citations: [] },
    findings,
    gaps: [],
    notUnderstood: notUnderstoodOf(request),
  };
}
