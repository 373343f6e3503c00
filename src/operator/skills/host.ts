import { CadreError } from '../../platform/kernel/errors.ts';
import type { Skill, SkillRequest } from './skill.ts';

/**
 * What a child process runs when an operator works: the capability names the skill, loaded on first use so that a
 * child that only reads documents never pays for the rules of the writer.
 */
export const SKILLS: Record<string, () => Promise<Skill>> = {
  'claims.verify': async () => (await import('./verify.ts')).verifyResult,
  'contradictions.find': async () => (await import('./contradictions.ts')).reportContradictions,
  'documents.link': async () => (await import('./link.ts')).link,
  'tables.compute': async () => (await import('./tables.ts')).computeTables,
  'facts.extract': async () => (await import('./facts.ts')).extractFacts,
  'timeline.build': async () => (await import('./chronology.ts')).buildTimeline,
  'documents.compare': async () => (await import('./compare.ts')).compareDocuments,
  'statements.attribute': async () => (await import('./attribute.ts')).attributeStatements,
  'question.answer': async () => (await import('./answer.ts')).answerQuestion,
  'report.write': async () => (await import('./report.ts')).writeReport,
  'brief.write': async () => (await import('./brief.ts')).writeBrief,
};

/**
 * Runs the skill of one capability.
 * @throws CadreError `agent/skill-unknown` when no built-in skill has that capability
 */
export async function runSkill(call: { capability: string; request: SkillRequest }): Promise<unknown> {
  const load = Object.hasOwn(SKILLS, call.capability) ? SKILLS[call.capability] : undefined;
  if (!load) throw new CadreError('agent/skill-unknown', { name: call.capability });
  const skill = await load();
  return skill(call.request);
}
