import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { Dialog } from '../dialog.tsx';
import { MessageForm, type Written } from './message-form.tsx';

interface SendMessageProps {
  to: { id: string; name: string };
  onClose(): void;
  onSent(messageId: string): void;
}

/** Writes to an agent. The form stays as it is while the server is away. */
export function SendMessage({ to, onClose, onSent }: SendMessageProps) {
  const client = useQueryClient();
  const [wantsAnswer, setWantsAnswer] = useState(true);
  const send = useMutation({
    mutationFn: ({ written, key }: { written: Written; key: string }) =>
      call(
        'messages.send',
        {
          to: to.id,
          ...written,
          ...(wantsAnswer && { requiresResponse: true }),
        },
        { idempotencyKey: `${key}-${wantsAnswer}` },
      ),
    onSuccess(message) {
      void client.invalidateQueries({ queryKey: ['mailbox', to.id] });
      void client.invalidateQueries({ queryKey: ['messages'] });
      onSent(message.id);
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      place="side"
      title={
        <>
          Write to <bdi>{to.name}</bdi>
        </>
      }
    >
      <MessageForm
        firstType="coordination_request"
        verb="Send it"
        isSending={send.isPending}
        error={send.error}
        onSend={(written, key) => send.mutate({ written, key })}
        onChange={() => send.isError && send.reset()}
      >
        <label className="flex items-start gap-3 rounded-xl bg-sunken p-3 text-sm">
          <input
            type="checkbox"
            checked={wantsAnswer}
            onChange={({ target }) => setWantsAnswer(target.checked)}
            className="mt-0.5 size-4 accent-accent"
          />
          <span>
            Wants an answer
            <span className="block text-soft">
              It is awaited for 30 seconds; a later one is kept as late.
            </span>
          </span>
        </label>
      </MessageForm>
    </Dialog>
  );
}
