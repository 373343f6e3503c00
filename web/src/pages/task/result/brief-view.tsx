import { useMemo } from 'react';
import type { Task } from '../../../api/models.ts';
import type { Brief, Finding, Verification } from '../../../api/result.ts';
import type { Entry } from './contents.tsx';
import { Disputes } from './disputes.tsx';
import { HowMade } from './how-made.tsx';
import { Paper } from './paper.tsx';
import { ELSEWHERE, People } from './people.tsx';
import { Section } from './section.tsx';
import { Lines, Sentences } from './sentences.tsx';
import { Amounts, Documents } from './tables.tsx';
import { Dates } from './timeline.tsx';
import { counted } from './wording.ts';

interface BriefViewProps {
  task: Task;
  brief: Brief;
  verification: Verification | undefined;
}

/** A brief as a document to read and keep. Parts without content are left out. */
export function BriefView({ task, brief, verification }: BriefViewProps) {
  const disputed = useDisputed(brief);
  const parts: Array<Entry & { content: React.ReactNode }> = [
    {
      id: 'result-points',
      title: 'Key points',
      count: brief.keyPoints.length,
      content: <Sentences findings={brief.keyPoints} disputed={disputed} />,
    },
    {
      id: 'result-contradictions',
      title: 'Contradictions',
      count: brief.contradictions.length,
      content: <Disputes contradictions={brief.contradictions} />,
    },
    {
      id: 'result-people',
      title: 'Who and what matters',
      count: brief.entities.filter(({ kind }) => !ELSEWHERE.has(kind)).length,
      content: <People entities={brief.entities} />,
    },
    {
      id: 'result-timeline',
      title: 'Timeline',
      count: brief.timeline.length,
      content: <Dates timeline={brief.timeline} disputed={disputed} />,
    },
    {
      id: 'result-amounts',
      title: 'Amounts',
      count: brief.amounts.length,
      content: <Amounts amounts={brief.amounts} />,
    },
    {
      id: 'result-documents',
      title: 'Documents',
      count: brief.documents.length,
      content: <Documents documents={brief.documents} />,
    },
    { id: 'result-gaps', title: 'Gaps', count: brief.gaps.length, content: <Lines lines={brief.gaps} /> },
    {
      id: 'result-not-understood',
      title: 'Not understood',
      count: brief.notUnderstood.length,
      content: <Lines lines={brief.notUnderstood} />,
    },
  ];
  const filled = [
    ...parts.filter(({ count }) => count !== 0),
    {
      id: 'result-how',
      title: 'How it was made',
      content: <HowMade howMade={brief.howMade} verification={verification} />,
    },
  ];
  return (
    <Paper
      task={task}
      title={brief.title}
      scope={`From ${counted(brief.documents.length, 'document')}`}
      verification={verification}
      entries={filled}
    >
      {filled.map(({ content, ...part }) => (
        <Section key={part.id} {...part}>
          {content}
        </Section>
      ))}
    </Paper>
  );
}

/** Tells whether one of the places of a sentence is a side of a contradiction; a reader should not take it for settled. */
function useDisputed(brief: Brief): (finding: Finding) => boolean {
  return useMemo(() => {
    const key = ({ fileId, start, end }: Finding['citations'][number]) => `${fileId} ${start} ${end}`;
    const places = new Set(
      brief.contradictions.flatMap(({ citations, computation }) => (computation ? [] : citations.map(key))),
    );
    return ({ citations }) => citations.some((citation) => places.has(key(citation)));
  }, [brief]);
}
