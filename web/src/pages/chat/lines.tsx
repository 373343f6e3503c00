import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, CircleAlert, LoaderCircle, ShieldQuestionMark, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/roles.ts';
import { count, energy, money } from '../../parts/amounts.ts';
import { Button } from '../../parts/button.tsx';
import { notifyProblem } from '../../parts/notices.tsx';
import { atIt, type Heard } from './heard.ts';
import type { ApprovalPart, ToolPart, UsagePart } from './parts.ts';
import type { Shown } from './use-talk.ts';

/** What the person said. */
export function Saying({ text }: { text: string }) {
  return (
    <article aria-label="You" className="flex justify-end">
      <p
        dir="auto"
        className="max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-4 py-2.5 break-words whitespace-pre-wrap"
      >
        {text}
      </p>
    </article>
  );
}

/** What the agent answered, or why it did not, with what it did for it. */
export function Answer({ line, name }: { line: Shown; name: string }) {
  const { heard } = line;
  return (
    <article aria-label={name} className="space-y-2">
      {heard && <Did heard={heard} />}
      {heard?.error !== null && heard?.texts.map(({ id, text }) => <Text key={id} text={text} />)}
      {line.isGood ? (
        <Text text={line.text} />
      ) : (
        <p
          className="flex gap-2 rounded-xl border border-failed/40 bg-failed/5 px-3 py-2 text-sm break-words"
          dir="auto"
        >
          <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-failed" />
          <span>{line.text} Say it again, or look into the task.</span>
        </p>
      )}
      <p className="flex flex-wrap gap-x-3 text-xs text-soft">
        {heard?.usage && usageWords(heard.usage) !== '' && <span>{usageWords(heard.usage)}</span>}
        <Link
          to="/tasks/$taskId"
          params={{ taskId: line.task }}
          className="underline decoration-line underline-offset-2 hover:text-ink"
        >
          The task of this answer
        </Link>
      </p>
    </article>
  );
}

/** The answer as it comes. */
export function AnswerUnderWay({ heard, name, isLost }: { heard: Heard; name: string; isLost: boolean }) {
  return (
    <article aria-label={name} aria-busy={!isLost} className="space-y-2">
      <Did heard={heard} />
      {heard.texts.map(({ id, text }) => (
        <Text key={id} text={text} />
      ))}
      {!isLost && (
        <p aria-hidden="true" className="flex items-center gap-2 text-sm text-soft">
          <LoaderCircle className="size-4 animate-spin motion-reduce:animate-none" />
          {atIt(heard, name)} …
        </p>
      )}
    </article>
  );
}

function Text({ text }: { text: string }) {
  if (text === '') return null;
  return (
    <p dir="auto" className="leading-relaxed break-words whitespace-pre-wrap">
      {text}
    </p>
  );
}

/** What it did and what it asked, in the order in which it came. */
function Did({ heard: { tools, approvals } }: { heard: Heard }) {
  if (tools.length === 0 && approvals.length === 0) return null;
  return (
    <ul className="space-y-1.5 text-sm">
      {tools.map((tool, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are only ever added at the end
        <ToolLine key={place} tool={tool} />
      ))}
      {approvals.map((approval) => (
        <li key={approval.actId}>
          <Approval approval={approval} />
        </li>
      ))}
    </ul>
  );
}

function ToolLine({ tool: { act, effect, state, because } }: { tool: ToolPart }) {
  const Icon = state === 'done' ? Check : X;
  return (
    <li className="flex items-baseline gap-2 text-soft">
      <Icon aria-hidden="true" className="size-4 shrink-0 translate-y-0.5" />
      <span className="min-w-0 break-words" dir="auto">
        {state === 'done' ? 'Did' : 'Was not let'} <code className="text-ink">{act}</code> ({effect})
        {because !== null && `: ${because}`}
      </span>
    </li>
  );
}

const DECIDED: Record<Exclude<ApprovalPart['state'], 'asked'>, string> = {
  allowed: 'It was allowed to',
  declined: 'It was not allowed to',
};

/** An act that waits for a person, with the two answers for those who may give one. */
function Approval({ approval: { actId, act, effect, detail, state } }: { approval: ApprovalPart }) {
  const mayDecide = useMay('admin');
  const decide = useMutation({
    mutationFn: (decision: 'allow' | 'decline') => call('acts.decide', { id: actId, decision }),
    onError: notifyProblem,
  });
  const what: ReactNode = (
    <>
      <code>{act}</code> ({effect}){detail !== null && <>: {detail}</>}
    </>
  );
  if (state !== 'asked')
    return (
      <p className="text-soft" dir="auto">
        {DECIDED[state]} {what}
      </p>
    );
  return (
    <div className="space-y-2 rounded-xl border border-paused/40 bg-paused/10 p-3">
      <p className="flex gap-2 break-words" dir="auto">
        <ShieldQuestionMark aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-paused" />
        <span>It asks before it goes on: {what}</span>
      </p>
      {mayDecide ? (
        <div className="flex gap-2">
          <Button small look="main" disabled={decide.isPending} onClick={() => decide.mutate('allow')}>
            Allow it
          </Button>
          <Button small disabled={decide.isPending} onClick={() => decide.mutate('decline')}>
            Decline
          </Button>
        </div>
      ) : (
        <p className="text-soft">An admin or owner has to say whether it may.</p>
      )}
    </div>
  );
}

/** What an answer took, as far as anybody knows. */
export function usageWords({ inputTokens, outputTokens, costUsd, energyJ }: UsagePart): string {
  const tokens =
    inputTokens === null && outputTokens === null ? null : (inputTokens ?? 0) + (outputTokens ?? 0);
  return [
    ...(tokens === null ? [] : [`${count(tokens)} tokens`]),
    ...(costUsd === null ? [] : [money(costUsd)]),
    ...(energyJ === null ? [] : [energy(energyJ)]),
  ].join(' · ');
}
