import type { ReactNode } from 'react';
import type { Task } from '../../../api/models.ts';
import type { Report, Verification } from '../../../api/result.ts';
import { Citations } from './citations.tsx';
import { ComputationNote } from './computation-note.tsx';
import type { Entry } from './contents.tsx';
import { HowMade } from './how-made.tsx';
import { Paper } from './paper.tsx';
import { Section } from './section.tsx';
import { Lines, Sentences } from './sentences.tsx';
import { Documents, ReportTable } from './tables.tsx';
import { counted } from './wording.ts';

interface ReportViewProps {
  task: Task;
  report: Report;
  verification: Verification | undefined;
}

/** A report: the answer first and large, then what backs it. */
export function ReportView({ task, report, verification }: ReportViewProps) {
  const { answer, table, documents, gaps, notUnderstood, howMade } = report;
  const findings = report.findings.filter(({ sentence }) => sentence !== answer.sentence);
  const parts: Array<Entry & { content: ReactNode }> = [
    {
      id: 'result-table',
      title: 'Table',
      count: table?.rows.length ?? 0,
      content: table && <ReportTable table={table} />,
    },
    {
      id: 'result-findings',
      title: 'Findings',
      count: findings.length,
      content: <Sentences findings={findings} />,
    },
    {
      id: 'result-documents',
      title: 'Documents',
      count: documents.length,
      content: <Documents documents={documents} />,
    },
    { id: 'result-gaps', title: 'Gaps', count: gaps.length, content: <Lines lines={gaps} /> },
    {
      id: 'result-not-understood',
      title: 'Not understood',
      count: notUnderstood.length,
      content: <Lines lines={notUnderstood} />,
    },
  ];
  const filled = [
    ...parts.filter(({ count }) => count !== 0),
    {
      id: 'result-how',
      title: 'How it was made',
      content: <HowMade howMade={howMade} verification={verification} />,
    },
  ];
  return (
    <Paper
      task={task}
      title={report.title}
      scope={documents.length > 0 ? `From ${counted(documents.length, 'document')}` : ''}
      verification={verification}
      entries={filled}
    >
      <div className="mt-6 rounded-xl bg-accent-soft/60 px-5 py-4 print:px-0">
        <p dir="auto" className="text-xl leading-relaxed font-medium break-words text-ink">
          {answer.sentence}
          <Citations citations={answer.citations} />
        </p>
        {answer.computation && <ComputationNote computation={answer.computation} />}
      </div>
      {filled.map(({ content, ...part }) => (
        <Section key={part.id} {...part}>
          {content}
        </Section>
      ))}
    </Paper>
  );
}
