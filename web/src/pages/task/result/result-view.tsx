import { useMemo } from 'react';
import type { Task } from '../../../api/models.ts';
import { briefOf, citationsOf, reportOf, verificationOf } from '../../../api/result.ts';
import { DocumentPanel } from '../../../parts/document/document-panel.tsx';
import { BriefView } from './brief-view.tsx';
import { Names } from './names.tsx';
import { PlainData } from './plain-data.tsx';
import './print.css';
import { ReportView } from './report-view.tsx';
import { Reviewed } from './reviewed.tsx';
import { NoResult, Standing } from './standing.tsx';

/** What a task has brought: a brief, a report, or the data of another agent; or why there is nothing. */
export function ResultView({ task }: { task: Task }) {
  const { result } = task;
  const output = result?.output;
  const brief = useMemo(() => briefOf(output), [output]);
  const report = useMemo(() => (brief ? undefined : reportOf(output)), [brief, output]);
  const citations = useMemo(() => {
    const cited = brief ?? report;
    return cited ? citationsOf(cited) : [];
  }, [brief, report]);
  if (!result || output === null || output === undefined) return <NoResult task={task} />;
  const verification = verificationOf(result.verification);
  return (
    <div className="prints-alone">
      <Standing task={task} />
      <Reviewed task={task} />
      <Names documents={(brief ?? report)?.documents ?? []} citations={citations} files={task.files}>
        <DocumentPanel cited={citations}>
          {brief && <BriefView task={task} brief={brief} verification={verification} />}
          {report && <ReportView task={task} report={report} verification={verification} />}
          {!brief && !report && <PlainData output={output} title={task.goal} />}
        </DocumentPanel>
      </Names>
    </div>
  );
}
