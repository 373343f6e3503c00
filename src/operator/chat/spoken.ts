import { renderMarkdown } from '../skills/render.ts';
import { isResult } from '../skills/verify.ts';

/** The output of any agent as it would say it: text is text, reports are Markdown, all else is JSON. Pure. */
export function spoken(output: unknown): string {
  if (typeof output === 'string') return output;
  if (isResult(output)) return renderMarkdown(output);
  if (typeof output === 'object' && output !== null) {
    if ('text' in output && typeof output.text === 'string') return output.text;
    // A draft of a built-in skill: its answer is one sentence with its sources.
    if ('answer' in output && isSentence(output.answer)) return draftOf(output.answer.sentence, output);
  }
  return JSON.stringify(output ?? null, null, 2);
}

const isSentence = (value: unknown): value is { sentence: string } =>
  typeof value === 'object' && value !== null && 'sentence' in value && typeof value.sentence === 'string';

function draftOf(answer: string, output: object): string {
  const findings = 'findings' in output && Array.isArray(output.findings) ? output.findings : [];
  return [answer, ...findings.filter(isSentence).map(({ sentence }) => `- ${sentence}`)].join('\n');
}
