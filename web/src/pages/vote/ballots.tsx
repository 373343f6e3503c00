import { useState } from 'react';
import type { Ballot, Vote } from '../../api/models.ts';
import { plainWords } from '../../api/result.ts';
import { useMay } from '../../api/roles.ts';
import { Button } from '../../parts/button.tsx';
import { PartyLink } from '../../parts/message/party-link.tsx';
import { Ago } from '../../parts/time.tsx';
import { choiceWords } from '../../parts/vote/vote-words.ts';
import { Cast } from './cast.tsx';

/** Every ballot as it is: who, what, when, with which weight, and how often it changed. */
export function Ballots({ vote }: { vote: Vote }) {
  const may = useMay('operator') && vote.status === 'open';
  const [castingFor, setCastingFor] = useState<string>();
  const casting = vote.ballots.find(({ agentId }) => agentId === castingFor);
  return (
    <>
      <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card shadow-card">
        {vote.ballots.map((ballot) => (
          <li
            key={ballot.agentId}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm"
          >
            <span className="min-w-0 flex-1 basis-40 break-words">
              <PartyLink party={{ name: ballot.name, agentId: ballot.agentId }} className="font-medium" />
              {vote.rule === 'weighted' && (
                <span className="text-soft"> weighs {ballot.weight.toFixed(2)}</span>
              )}
            </span>
            <Choice ballot={ballot} />
            {may && (
              <Button
                small
                onClick={() => setCastingFor(ballot.agentId)}
                aria-label={`${ballot.choice === null ? 'Cast' : 'Change'} the ballot of ${ballot.name}`}
              >
                {ballot.choice === null ? 'Cast' : 'Change'}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {may && casting && <Cast vote={vote} ballot={casting} onClose={() => setCastingFor(undefined)} />}
    </>
  );
}

function Choice({ ballot: { choice, note, castAt, castBy, changes } }: { ballot: Ballot }) {
  const isForOption = (choice?.length ?? 0) > 0;
  return (
    <span className="min-w-0 flex-[2] basis-52">
      <bdi className={`break-words ${isForOption ? 'font-medium' : 'text-soft'}`}>
        {plainWords(choiceWords(choice))}
      </bdi>
      {castAt !== null && (
        <span className="text-xs text-soft">
          {' '}
          · <Ago at={castAt} />
          {castBy !== null && !castBy.startsWith('message:') && (
            <>
              , cast by <bdi>{castBy}</bdi>
            </>
          )}
          {changes > 0 && `, changed ${changes === 1 ? 'once' : `${changes} times`}`}
        </span>
      )}
      {note !== null && note !== '' && (
        <span dir="auto" className="block break-words text-soft">
          {plainWords(note)}
        </span>
      )}
    </span>
  );
}
