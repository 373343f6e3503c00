import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Vote } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { agentsQuery } from '../../api/queries.ts';
import { teamsQuery } from '../../api/talk-queries.ts';
import { PickAgents } from '../../parts/agent/pick-agents.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { focusProblem } from '../../parts/focus-problem.ts';
import { SelectField, TextField } from '../../parts/message/form-field.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { RULE_WORDS, RULES } from '../../parts/vote/vote-words.ts';
import { EMPTY_VOTE, readVoteForm, type VoteForm, type VoteProblems } from './vote-form.ts';

const TIMES: ReadonlyArray<readonly [string, string]> = [
  ['60000', 'one minute'],
  ['600000', '10 minutes'],
  ['3600000', 'an hour'],
  ['86400000', 'a day'],
  ['604800000', 'a week'],
];

interface OpenVoteProps {
  teamId: string | undefined;
  onClose(): void;
  onOpened(vote: Vote): void;
}

/** Asks a team, or some agents, to vote. */
export function OpenVote({ teamId, onClose, onOpened }: OpenVoteProps) {
  const client = useQueryClient();
  const { data: agents = [] } = useQuery(agentsQuery);
  const { data: teams } = useInfiniteQuery(teamsQuery);
  const [form, setForm] = useState<VoteForm>({ ...EMPTY_VOTE, teamId: teamId ?? '' });
  const [problems, setProblems] = useState<VoteProblems>({});
  const [key, setKey] = useState(newKey);
  const open = useMutation({
    mutationFn: (vote: Parameters<typeof call<'votes.open'>>[1]) =>
      call('votes.open', vote, { idempotencyKey: key }),
    async onSuccess(vote) {
      await client.invalidateQueries({ queryKey: ['votes'] });
      onOpened(vote);
    },
  });
  const change = (next: Partial<VoteForm>) => {
    setForm({ ...form, ...next });
    setProblems({});
    setKey(newKey());
    if (open.isError) open.reset();
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const read = readVoteForm(form);
    if ('vote' in read) return open.mutate(read.vote);
    setProblems(read.problems);
    focusProblem(event.currentTarget, read.problems);
  };
  const known = teams?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Dialog open onClose={onClose} place="side" title="Ask for a vote">
      <form onSubmit={submit} noValidate className="space-y-4">
        <TextField
          label="Question"
          name="question"
          value={form.question}
          onChange={(question) => change({ question })}
          problem={problems.question}
          placeholder="Is the draft ready?"
          lines={2}
        />
        <TextField
          label="Options"
          name="options"
          value={form.options}
          onChange={(options) => change({ options })}
          problem={problems.options}
          hint="One a line."
          lines={4}
        />
        <SelectField
          label="Rule"
          name="rule"
          value={form.rule}
          onChange={(value) => change({ rule: RULES.find((each) => each === value) ?? form.rule })}
          options={RULES.map((each) => [each, RULE_WORDS[each].name])}
          hint={`It is decided when ${RULE_WORDS[form.rule].means}.`}
        />
        <SelectField
          label="Who votes"
          name="teamId"
          value={form.teamId}
          onChange={(value) => change({ teamId: value })}
          options={[
            ['', 'The agents chosen below'],
            ...known.map(({ id, name }) => [id, `The members of ${name}`] as const),
          ]}
          problem={problems.teamId}
        />
        {form.teamId === '' && (
          <PickAgents
            legend="Voters"
            agents={agents.filter(({ status }) => status !== 'archived')}
            chosen={form.voters}
            onChange={(voters) => change({ voters })}
          />
        )}
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <SelectField
            label="Time to answer"
            name="timeoutMs"
            value={form.timeoutMs}
            onChange={(timeoutMs) => change({ timeoutMs })}
            options={TIMES}
          />
          <TextField
            label="Quorum (may be left out)"
            name="quorum"
            value={form.quorum}
            onChange={(quorum) => change({ quorum })}
            problem={problems.quorum}
            hint={form.rule === 'unanimous' ? 'Left out: all voters.' : 'Left out: more than half.'}
            type="number"
          />
        </div>
        {open.isError && <ProblemBox error={open.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button look="main" type="submit" disabled={open.isPending}>
            {open.isPending ? 'Asking …' : 'Ask them'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
