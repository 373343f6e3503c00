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
