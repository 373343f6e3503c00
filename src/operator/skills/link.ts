import { aboutEntity, byFile } from './about.ts';
import { collectAmounts } from './amounts.ts';
import { type Claim, collectClaims } from './claims.ts';
import { findContradictions } from './contradictions.ts';
import { type Entity, mergeEntities } from './entities.ts';
import { type Reading, read } from './reading.ts';
import type { Brief, BriefEntity, Contradiction, Material, SkillRequest } from './skill.ts';
import { collectTimeline } from './timeline.ts';

/** What all documents together say: who and what, where each stands, what is claimed, when, how much, and where they disagree. */
export interface Linked {
  kind: 'linked';
  /** The most important first. */
  entities: Array<BriefEntity & { importance: number }>;
  /** At most `MOST_CLAIMS`, sentences before rows; all of them were compared. */
  claims: Claim[];
  claimCount: number;
  timeline: Brief['timeline'];
  amounts: Brief['amounts'];
  contradictions: Contradiction[];
}

/** How many entities of a kind are kept, and for how many the sources are asked where they stand. */
const KEPT: Record<BriefEntity['kind'], number> = {
  person: 40,
  organisation: 40,
  place: 25,
  date: 30,
  amount: 30,
  email: 20,
  phone: 20,
  url: 15,
  address: 15,
  identifier: 20,
};
const EXPLAINED = 14;
/** The output is stored with its step; a long table would make it as large as the table again. */
const MOST_CLAIMS = 500;

/** The skill `documents.link`. */
export function link(request: SkillRequest): Linked {
  return linkReadings(request.materials.map((material) => read(material))).linked;
}

/** Links readings that exist already; also gives the entities with their passages, for ranking. */
export function linkReadings(readings: Reading[]): { linked: Linked; entities: Entity[] } {
  const entities = mergeEntities(readings);
  const claims = collectClaims(readings, entities);
  const linked: Linked = {
    kind: 'linked',
    entities: describeEntities(entities, byFile(readings)),
    claims: [...claims]
      .sort((a, b) => Number(a.list !== undefined) - Number(b.list !== undefined))
      .slice(0, MOST_CLAIMS),
    claimCount: claims.length,
    timeline: collectTimeline(readings),
    amounts: collectAmounts(readings),
    contradictions: findContradictions(readings, { entities, claims }),
  };
  return { linked, entities };
}

function describeEntities(entities: Entity[], materials: Map<string, Material>): Linked['entities'] {
  const seen = new Map<string, number>();
  return entities.flatMap((entity) => {
    const rank = (seen.get(entity.kind) ?? 0) + 1;
    seen.set(entity.kind, rank);
    if (rank > KEPT[entity.kind] || isLedgerEntry(entity, materials)) return [];
    const asked =
      ['person', 'organisation', 'place', 'identifier'].includes(entity.kind) && rank <= EXPLAINED;
    const about = asked ? aboutEntity(entity, materials) : undefined;
    return [
      {
        kind: entity.kind,
        name: entity.name,
        mentions: entity.mentions.map(({ mention, fileId }) => ({
          fileId,
          start: mention.start,
          end: mention.end,
          ...(mention.page !== undefined && { page: mention.page }),
        })),
        importance: entity.importance,
        ...(about && { about }),
      },
    ];
  });
}

/** A number of one line of a long table (an invoice, an order) is data; nobody needs it in a brief. */
function isLedgerEntry({ kind, mentions }: Entity, materials: Map<string, Material>): boolean {
  const [only] = mentions;
  if (kind !== 'identifier' || mentions.length > 1 || only?.passage?.kind !== 'row') return false;
  const tables = materials.get(only.fileId)?.document.tables ?? [];
  return (tables[only.passage.table ?? -1]?.rows.length ?? 0) > 12;
}

/** True for the output of this skill (results come as plain JSON). */
export function isLinked(value: unknown): value is Linked {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'linked';
}
