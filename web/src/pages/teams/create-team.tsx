import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Team, Topology } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { agentsQuery } from '../../api/queries.ts';
import { PickAgents } from '../../parts/agent/pick-agents.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { focusProblem } from '../../parts/focus-problem.ts';
import { SelectField, TextField } from '../../parts/message/form-field.tsx';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { TOPOLOGIES, TOPOLOGY_WORDS } from '../../parts/team/shape-words.ts';
import { EMPTY_TEAM, readTeamForm, type TeamForm, type TeamProblems } from './team-form.ts';

/** Makes a team of agents. */
export function CreateTeam({ onClose, onMade }: { onClose(): void; onMade(team: Team): void }) {
  const client = useQueryClient();
  const { data: agents = [] } = useQuery(agentsQuery);
  const [form, setForm] = useState(EMPTY_TEAM);
  const [problems, setProblems] = useState<TeamProblems>({});
  const [key, setKey] = useState(newKey);
  const make = useMutation({
    mutationFn: (team: Parameters<typeof call<'teams.create'>>[1]) =>
      call('teams.create', team, { idempotencyKey: key }),
    async onSuccess(team) {
      await client.invalidateQueries({ queryKey: ['teams'] });
      notify(`The team ${team.name} was made`, team.shapeBecause);
      onMade(team);
    },
  });
  const change = (next: Partial<TeamForm>) => {
    setForm({ ...form, ...next });
    setProblems({});
    setKey(newKey());
    if (make.isError) make.reset();
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const read = readTeamForm(form);
    if ('team' in read) return make.mutate(read.team);
    setProblems(read.problems);
    focusProblem(event.currentTarget, read.problems);
  };
  const members = form.members.flatMap((id) => agents.find((agent) => agent.id === id) ?? []);
  return (
    <Dialog open onClose={onClose} place="side" title="Make a team">
      <form onSubmit={submit} noValidate className="space-y-4">
        <TextField
          label="Name"
          name="name"
          value={form.name}
          onChange={(name) => change({ name })}
          problem={problems.name}
          placeholder="Editors"
        />
        <TextField
          label="What it is for (may be left out)"
          name="description"
          value={form.description}
          onChange={(description) => change({ description })}
          problem={problems.description}
          lines={2}
        />
        <SelectField
          label="Topology"
          name="topology"
          value={form.topology}
          onChange={(value) =>
            change({ topology: TOPOLOGIES.find((each) => each === value) ?? form.topology })
          }
          options={TOPOLOGIES.map((each) => [each, topologyOption(each)])}
          hint="Who may write to whom."
        />
        <PickAgents
          legend="Members"
          hint="In the order in which you choose them."
          agents={agents.filter(({ status }) => status !== 'archived')}
          chosen={form.members}
          onChange={(chosen) => change({ members: chosen })}
        />
        <SelectField
          label="Lead"
          name="lead"
          value={form.lead}
          onChange={(lead) => change({ lead })}
          options={[['', 'The first who can'], ...members.map(({ id, name }) => [id, name] as const)]}
        />
        {(form.topology === 'hierarchy' || form.topology === 'adaptive') && (
          <TextField
            label="Most workers below one lead of a hierarchy"
            name="fanOut"
            value={form.fanOut}
            onChange={(fanOut) => change({ fanOut })}
            problem={problems.fanOut}
            type="number"
          />
        )}
        {make.isError && <ProblemBox error={make.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button look="main" type="submit" disabled={make.isPending}>
            {make.isPending ? 'Making it …' : 'Make it'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export const topologyOption = (topology: Topology): string => {
  const { name, means } = TOPOLOGY_WORDS[topology];
  return `${name}: ${means}`;
};
