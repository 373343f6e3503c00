import { clean } from './outline.ts';
import { escapeHtml, renderFrame } from './render-frame.ts';

/** What an agent answered that is no brief or report: a text with how it was made, or data. */
export interface Plain {
  text: string;
  howMade: string;
  /** JSON, whose indentation counts. */
  isData: boolean;
}

/** Any agent may answer in any form: a text is shown as the text it is, all else as data. */
export function plainOf(output: unknown): Plain {
  if (typeof output === 'string') return { text: output, howMade: '', isData: false };
  if (typeof output === 'object' && output !== null && 'text' in output && typeof output.text === 'string') {
    const howMade = 'howMade' in output && typeof output.howMade === 'string' ? output.howMade : '';
    return { text: output.text, howMade, isData: false };
  }
  return { text: JSON.stringify(output, null, 2) ?? 'null', howMade: '', isData: true };
}

/** For a terminal, or as Markdown, which the text of a model is as a rule. No control characters in it. */
export function renderPlainText({ text, howMade }: Plain): string {
  return [lines(text), howMade && clean(howMade)].filter(Boolean).join('\n\n');
}

/** As a page: everything escaped, so that nothing an agent says is carried out. */
export function renderPlainHtml({ text, howMade, isData }: Plain, title: string): string {
  const paragraphs = text.split(/\n{2,}/).map((part) => `<p>${lines(part, escapeHtml, '<br>')}</p>`);
  return renderFrame({
    title,
    scope: '',
    badge: 'as the agent answered it, unchecked',
    body: isData ? `<pre>${lines(text, escapeHtml)}</pre>` : paragraphs.join('\n'),
    howMade,
  });
}

function lines(text: string, show: (line: string) => string = clean, between = '\n'): string {
  const indented = (line: string) => (/^ */.exec(line)?.[0] ?? '') + show(line);
  return text.split('\n').map(indented).join(between);
}
