import type { Vote } from '../../api/models.ts';
import { plainWords } from '../../api/result.ts';
import { type CountRow, countWords, rowsOf, standingOf } from '../../parts/vote/vote-words.ts';

/** How it was counted, round by round; while it is open, how the first choices stand. */
export function Count({ vote }: { vote: Vote }) {
  if (vote.status === 'open' || vote.rounds.length === 0) return <Bars rows={standingOf(vote)} />;
  return (
    <ol className="space-y-4">
      {vote.rounds.map(({ counts, eliminated }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rounds are numbered, they never move
        <li key={index}>
          {vote.rounds.length > 1 && <h3 className="mb-1 text-sm font-medium">Round {index + 1}</h3>}
          <Bars rows={rowsOf(counts)} winner={vote.winner} out={eliminated} />
          {eliminated !== null && (
            <p className="mt-1 text-sm text-soft">
              <bdi>{plainWords(eliminated)}</bdi> was the weakest and goes; its ballots go to what they name
              next.
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

interface BarsProps {
  rows: readonly CountRow[];
  winner?: string | null;
  out?: string | null;
}

function Bars({ rows, winner = null, out = null }: BarsProps) {
  return (
    <ul className="space-y-2">
      {rows.map(({ option, count, share }) => (
        <li key={option} className="text-sm">
          <p className="flex items-baseline gap-3">
            <bdi
              className={`min-w-0 flex-1 break-words ${option === winner ? 'font-semibold' : ''} ${option === out ? 'text-soft line-through' : ''}`}
            >
              {plainWords(option)}
            </bdi>
            <span className="shrink-0 text-soft tabular-nums">
              {countWords(count)} · {Math.round(share * 100)} %
            </span>
          </p>
          <progress
            className="far mt-0.5 block h-2 w-full"
            max={1}
            value={share}
            aria-label={`${option}: ${countWords(count)}`}
          />
        </li>
      ))}
    </ul>
  );
}
