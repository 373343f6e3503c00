import { byFile } from './about.ts';
import { documentsOf, notUnderstoodOf } from './describe.ts';
import { mergeEntities } from './entities.ts';
import { findGaps } from './gaps.ts';
import { isLinked, type Linked, linkReadings } from './link.ts';
import { chooseDiverse, rankSentences } from './rank.ts';
import { citePassage, type Reading, read } from './reading.ts';
import type { Brief, Finding, SkillRequest } from './skill.ts';
import { titleOf } from './title.ts';

/** What a person still reads; the data behind it is larger. */
const MOST = { amounts: 14, entities: 90 };

/**
 * The skill `brief.write`: who and what matters in the documents, extractive, every sentence cited. Uses the output
 * of `documents.link` among the results where there is one, and links itself where there is none.
 */
export function writeBrief(request: SkillRequest): Brief {
  const readings = request.materials.map((material) => read(material));
  const given = Object.values(request.results).find(isLinked);
  const { linked, entities } = given
    ? { linked: given, entities: mergeEntities(readings) }
    : linkReadings(readings);
  const ranked = rankSentences(readings, entities, request.goal);
  const chosen = chooseDiverse(ranked, wantedPoints(ranked.length));
  const materials = byFile(readings);
  const keyPoints = chosen.flatMap(({ passage, fileId }): Finding[] => {
    const material = materials.get(fileId);
    return material ? [{ sentence: passage.text, citations: [citePassage(material, passage)] }] : [];
  });
  return {
    kind: 'brief',
    title: titleOf(readings, entities),
    documents: documentsOf(readings),
    entities: linked.entities.slice(0, MOST.entities).map(({ importance: _importance, ...entity }) => entity),
    keyPoints,
    timeline: linked.timeline,
    amounts: linked.amounts.slice(0, MOST.amounts),
    contradictions: linked.contradictions,
    gaps: findGaps(readings),
    notUnderstood: notUnderstoodOf(request),
    howMade: howMade(readings, linked, ranked.length, keyPoints.length),
  };
}

/** Five to twelve points, growing slowly with what there is to say. */
function wantedPoints(candidates: number): number {
  return Math.max(5, Math.min(12, Math.round(1.9 * Math.sqrt(candidates))));
}

function howMade(readings: Reading[], linked: Linked, candidates: number, points: number): string {
  const passages = readings.reduce((sum, { passages: list }) => sum + list.length, 0);
  const mentions = readings.reduce((sum, { material }) => sum + material.analysis.mentions.length, 0);
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  return (
    `Made by built-in skills, no language model. The reader took the text of ${plural(readings.length, 'document')} ` +
    `(${plural(passages, 'passage')}); the analyst found ${plural(mentions, 'mention')} of names, dates and amounts; ` +
    `the researcher linked them to ${plural(linked.entities.length, 'thing')}, compared ${plural(linked.claimCount, 'claim')} ` +
    `and found ${plural(linked.contradictions.length, 'contradiction')}; the writer chose ${plural(points, 'key point')} ` +
    `from ${plural(candidates, 'sentence')} that can stand alone, in the sources' own words; ` +
    'the verifier checks every sentence against its source.'
  );
}
