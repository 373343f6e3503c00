import type { CitedSentence, Task } from '../../../api/models.ts';
import { isBrief, isReport } from '../../../api/result.ts';

/** What a task has brought, in the form in which it came: a brief, a report, or the data of another agent. */
export function ResultView({ task }: { task: Task }) {
  if (!task.result) return <p className="text-soft">There is no result yet.</p>;
  const { output } = task.result;
  if (isBrief(output)) return <Sentences title={output.title} sentences={output.keyPoints} />;
  if (isReport(output))
    return <Sentences title={output.title} sentences={[output.answer, ...output.findings]} />;
  return (
    <pre className="overflow-x-auto whitespace-pre-wrap break-words" dir="auto">
      {typeof output === 'string' ? output : JSON.stringify(output, null, 2)}
    </pre>
  );
}

function Sentences({ title, sentences }: { title: string; sentences: CitedSentence[] }) {
  return (
    <article className="space-y-3">
      <h2 className="text-lg font-semibold break-words" dir="auto">
        {title}
      </h2>
      {sentences.map(({ sentence, citations }) => (
        <p key={sentence} className="break-words" dir="auto">
          {sentence}{' '}
          <span className="text-sm text-soft">
            ({citations.length} {citations.length === 1 ? 'source' : 'sources'})
          </span>
        </p>
      ))}
    </article>
  );
}
