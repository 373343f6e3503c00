import { analyzeDocument } from '../../src/documents/extraction/analyze.ts';
import { parseDocument } from '../../src/documents/parse.ts';
import type { Material, Report, SkillRequest } from '../../src/operator/skills/skill.ts';

/** A document as a skill sees it, read and analysed by the real rules from what a file of that name would hold. */
export async function readMaterial(name: string, content: string | Uint8Array): Promise<Material> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const document = await parseDocument({ name, bytes });
  return { fileId: `file-${name}`, document, analysis: analyzeDocument(document) };
}

/** A request to a skill over these documents. */
export function requestOf(
  goal: string,
  materials: Material[],
  more: Partial<Pick<SkillRequest, 'input' | 'results'>> = {},
): SkillRequest {
  return { goal, input: {}, materials, results: {}, today: '2026-11-21', ...more };
}

/** Places where a citation is not the source to the letter; empty when all are. */
export function brokenCitations(
  report: Pick<Report, 'answer' | 'findings'>,
  materials: Material[],
): string[] {
  const texts = new Map(materials.map(({ fileId, document }) => [fileId, document.text]));
  const citations = [report.answer, ...report.findings].flatMap((finding) => [
    ...finding.citations,
    ...(finding.computation?.operands.map(({ citation }) => citation) ?? []),
  ]);
  return citations.flatMap(({ fileId, quote, start, end }) =>
    quote !== '' && texts.get(fileId)?.slice(start, end) === quote
      ? []
      : [`${fileId} ${start}-${end}: ${quote}`],
  );
}
