import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Notice } from './notices.tsx';

interface NoticeCornerProps {
  waiting: readonly Notice[];
  /** These are shown now. */
  onShown(notices: readonly Notice[]): void;
}

/** The corner where notices appear; comes as a file of its own. */
export function NoticeCorner({ waiting, onShown }: NoticeCornerProps) {
  const [manager] = useState(() => Toast.createToastManager());
  useEffect(() => {
    if (waiting.length === 0) return;
    for (const { title, description, isProblem } of waiting) {
      manager.add({
        title,
        ...(description && { description }),
        ...(isProblem && { type: 'error', timeout: 10_000, priority: 'high' as const }),
      });
    }
    onShown(waiting);
  }, [waiting, onShown, manager]);
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      <Toast.Portal>
        <Toast.Viewport
          data-notices=""
          className="fixed right-4 bottom-20 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 md:bottom-4"
        >
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
