import { bounded, type Draft } from './draft.ts';
import type { Skill } from './skill.ts';
import { draftOf } from './table-answers.ts';
import { attempt, withoutNames } from './table-match.ts';
import { profileTables } from './table-profile.ts';

/**
 * `tables.compute`: total, average, least, most, count or list of a column, with the rows and groups that the goal
 * names. Every number carries its operands with their cells, so that anyone can add them up again.
 * Input: `strict`, when true, refuses a goal with words that name nothing in the table; `question` (the goal when absent), `column`, `operation`, `groupBy` to say any of them outright.
 */
export const computeTables: Skill = (request) => {
  const goal = typeof request.input.question === 'string' ? request.input.question : request.goal;
  const profiles = profileTables(request.materials);
  if (profiles.length === 0) return noTable(goal, request.materials.length);
  const names = request.materials.map((material) => material.document.name.replace(/\.\w+$/, ''));
  const bare = withoutNames(
    goal,
    request.materials.map((material) => material.document.name),
  );
  const tried = profiles
    .map((profile) => attempt(profile, bare, request.input, names))
    .sort((a, b) => b.fit - a.fit || b.rows.length - a.rows.length);
  const best = tried[0];
  if (!best) return noTable(goal, request.materials.length);
  const rivals = tried.slice(1).filter((other) => other.fit >= best.fit - 0.5 && other.measure !== undefined);
  return bounded(draftOf(best, rivals, request.input.strict === true));
};

function noTable(goal: string, documents: number): Draft {
  const sentence = documents === 0 ? 'No document was given.' : 'No table was found in the documents.';
  return {
    kind: 'total',
    title: goal.slice(0, 120),
    answered: false,
    answer: { sentence, citations: [] },
    findings: [],
    gaps: [sentence],
    notUnderstood: [],
  };
}
