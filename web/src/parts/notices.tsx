import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Problem } from '../api/client.ts';

const notices = Toast.createToastManager();

/** Tells that something was done. Read out by screen readers; goes by itself. */
export function notify(title: string, description?: string): void {
  notices.add({ title, ...(description && { description }) });
}

/** Tells that something was refused, with the next step. Stays longer. */
export function notifyProblem(error: unknown): void {
  const details = error instanceof Problem ? error.details : undefined;
  notices.add({
    title: details?.detail ?? String(error),
    ...(details?.hint && { description: details.hint }),
    type: 'error',
    timeout: 10_000,
    priority: 'high',
  });
}

/** The corner where notices appear. */
export function Notices({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={notices} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-20 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 md:bottom-4">
          <NoticeList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function NoticeList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={`rounded-xl border bg-card p-3 pr-10 shadow-float ${toast.type === 'error' ? 'border-failed/50' : 'border-line'}`}
    >
      <Toast.Title className="text-sm font-medium break-words" dir="auto" />
      <Toast.Description className="mt-0.5 text-sm break-words text-soft" dir="auto" />
      <Toast.Close
        aria-label="Dismiss"
        className="absolute top-2.5 right-2.5 rounded p-1 text-soft hover:text-ink"
      >
        <X className="size-4" aria-hidden="true" />
      </Toast.Close>
    </Toast.Root>
  ));
}
