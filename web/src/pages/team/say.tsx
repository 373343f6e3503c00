import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import type { Team } from '../../api/models.ts';
import { PickAgents } from '../../parts/agent/pick-agents.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { MessageForm, type Written } from '../../parts/message/message-form.tsx';
import { notify } from '../../parts/notices.tsx';

/** Says something in the team; it goes from hop to hop along the graph. */
export function Say({ team, onClose }: { team: Team; onClose(): void }) {
  const client = useQueryClient();
  const [to, setTo] = useState<readonly string[]>([]);
  const members = team.members.map(({ agentId, name }) => ({ id: agentId, name }));
  const say = useMutation({
    mutationFn: ({ written, key }: { written: Written; key: string }) =>
      call(
        'teams.say',
        { id: team.id, ...written, ...(to.length > 0 && { to: [...to] }) },
        { idempotencyKey: `${key}-${to.join('-')}`.slice(0, 200) },
      ),
    onSuccess({ messages, shape }) {
      notify(
        'It is on its way',
        `${messages.length === 1 ? 'One hop goes' : `${messages.length} hops go`} first along the ${shape}.`,
      );
      void client.invalidateQueries({ queryKey: ['messages'] });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      place="side"
      title={
        <>
          Say something in <bdi>{team.name}</bdi>
        </>
      }
    >
      <MessageForm
        speakers={members}
        verb="Say it"
        isSending={say.isPending}
        error={say.error}
        onSend={(written, key) => say.mutate({ written, key })}
        onChange={() => say.isError && say.reset()}
      >
        <PickAgents
          legend="To"
          hint="Nobody chosen: everybody else. Who stands between gets it first and hands it on."
          agents={members}
          chosen={to}
          onChange={setTo}
        />
      </MessageForm>
    </Dialog>
  );
}
