import type { Finding } from '../../../api/result.ts';
import { Citations } from './citations.tsx';
import { ComputationNote } from './computation-note.tsx';

/** A sentence with its places and, where it was computed, how. */
export function Sentence({ finding, isDisputed = false }: { finding: Finding; isDisputed?: boolean }) {
  return (
    <div className="min-w-0">
      <p dir="auto" className="leading-7 break-words">
        {finding.sentence}
        {isDisputed && <Disputed />}
        <Citations citations={finding.citations} />
      </p>
      {finding.computation && <ComputationNote computation={finding.computation} />}
    </div>
  );
}

function Disputed() {
  return (
    <span
      title="Another source says something else: see Contradictions"
      className="ms-1.5 rounded border border-failed/50 px-1 align-baseline text-xs font-medium text-failed"
    >
      disputed
    </span>
  );
}

/** Numbered sentences, the way a person reads findings. */
export function Sentences({
  findings,
  disputed,
}: {
  findings: readonly Finding[];
  disputed?: (finding: Finding) => boolean;
}) {
  return (
    <ol className="space-y-4">
      {findings.map((finding, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what it is
        <li key={index} className="flex gap-4">
          <span
            aria-hidden="true"
            className="w-5 shrink-0 pt-0.5 text-right text-sm leading-7 font-semibold text-accent tabular-nums"
          >
            {index + 1}
          </span>
          <Sentence finding={finding} isDisputed={disputed?.(finding) ?? false} />
        </li>
      ))}
    </ol>
  );
}

/** Plain lines of the result: gaps and the like. */
export function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <ul className="space-y-2.5">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what it is
        <li key={index} className="flex gap-4">
          <span aria-hidden="true" className="mt-2.5 ml-1.5 size-1.5 shrink-0 rounded-full bg-soft/60" />
          <p dir="auto" className="min-w-0 leading-relaxed break-words">
            {line}
          </p>
        </li>
      ))}
    </ul>
  );
}
