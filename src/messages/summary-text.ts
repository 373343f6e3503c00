import type { Summary } from './summary.ts';
import { brief } from './words.ts';

/** Words of others on one line, so that nothing in them is read as Markdown or HTML. */
const quoted = (text: string, limit = 160) => brief(text, limit).replace(/[\\`*_<>[\]#|~&]/g, '\\$&');

const seconds = (ms: number) => `${Number((ms / 1_000).toFixed(1))} s`;

/** A summary as a text in Markdown: what people want to know first stands first. */
export function markdownOf(summary: Omit<Summary, 'markdown'>): string {
  const { requests, participants, participantCount } = summary;
  const { answered, handled, late, failed, open } = requests.counts;
  const who = participants.map(
    ({ name, sent, received, answers, meanAnswerMs }) =>
      `- ${quoted(name)}: ${sent} sent, ${received} received${
        meanAnswerMs === null ? '' : `, ${answers} answered in ${seconds(meanAnswerMs)} on average`
      }`,
  );
  if (participantCount > participants.length)
    who.push(`- and ${participantCount - participants.length} more`);
  const parts: Array<[string, string[]]> = [
    ['Participants', who],
    [
      `Requests: ${answered} answered, ${handled} handled without an answer, ${late} late, ${failed} failed, ${open} open`,
      requests.items.map(
        ({ from, to, subject, outcome, answerMs }) =>
          `- ${quoted(from)} asked ${quoted(to)}: ${quoted(subject)} (${outcome}${
            answerMs === null ? '' : `, after ${seconds(answerMs)}`
          })`,
      ),
    ],
    [
      'Decisions',
      summary.decisions.map(
        ({ question, status, winner, reason }) =>
          `- ${quoted(question)}: ${status}${winner === null ? '' : `, ${quoted(winner)}`}${reason === null ? '' : ` (${quoted(reason)})`}`,
      ),
    ],
    [
      'Knowledge shared',
      summary.knowledge.map(
        ({ from, to, kind, subject }) =>
          `- ${quoted(from)} told ${quoted(to)}: ${quoted(subject)} (${quoted(kind)})`,
      ),
    ],
    ['Shared context', summary.sharedKeys.map((key) => `- ${quoted(key)}`)],
    [
      'Errors',
      summary.errors.map(({ from, to, error }) => `- ${quoted(from)} → ${quoted(to)}: ${quoted(error)}`),
    ],
    [
      'Open questions',
      summary.openQuestions.map(
        ({ from, to, subject }) => `- ${quoted(from)} waits for ${quoted(to)}: ${quoted(subject)}`,
      ),
    ],
  ];
  return [
    `# Conversation ${quoted(summary.conversationId, 200)}`,
    ...parts.flatMap(([title, lines]) => (lines.length === 0 ? [] : [`## ${title}\n\n${lines.join('\n')}`])),
    summary.method,
  ].join('\n\n');
}
