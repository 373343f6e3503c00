import type { Message } from '../../api/models.ts';
import { Ago } from '../time.tsx';
import { ToneDot } from './message-status.tsx';
import { receiptsOf } from './receipts.ts';

const NAMES = {
  sent: 'Sent',
  delivered: 'Delivered',
  acknowledged: 'Acknowledged',
  failed: 'Failed',
  expired: 'Expired',
  dead: 'Given up',
  waits: 'Waits',
  redriven: 'Sent again',
} as const;

/** The receipts of a message as a small timeline. */
export function Receipts({ message }: { message: Message }) {
  return (
    <ol className="space-y-3">
      {receiptsOf(message).map(({ name, tone, at, note }) => (
        <li
          key={name}
          className="relative flex gap-3 not-last:before:absolute not-last:before:top-5 not-last:before:left-[4.5px] not-last:before:h-full not-last:before:w-px not-last:before:bg-line"
        >
          <span className="mt-1.5 flex h-2.5">
            <ToneDot tone={tone} />
          </span>
          <div className="min-w-0 flex-1 text-sm">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-medium">{NAMES[name]}</span>
              {at !== null && (
                <span className="text-xs text-soft">
                  {new Date(at).toLocaleTimeString()} · <Ago at={at} />
                </span>
              )}
            </p>
            <p dir="auto" className={`break-words ${tone === 'broken' ? 'text-failed' : 'text-soft'}`}>
              {note}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
