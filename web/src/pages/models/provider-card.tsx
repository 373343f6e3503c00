import { EllipsisVertical } from 'lucide-react';
import { useRef, useState } from 'react';
import { Problem } from '../../api/client.ts';
import type { Provider } from '../../api/models.ts';
import { useMay } from '../../api/roles.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { MENU_ITEM, Menu } from '../../parts/menu.tsx';
import { Health } from '../../parts/model/health.tsx';
import { KIND_WORDS } from '../../parts/model/model-words.ts';
import { notifyProblem } from '../../parts/notices.tsx';
import { ChangeProvider } from './change-provider.tsx';
import { ProviderMenu } from './provider-menu.tsx';
import { type ProviderAct, useProviderAct } from './use-provider-act.ts';

/** A provider: how it does, where it is, and what can be done with it. */
export function ProviderCard({ provider }: { provider: Provider }) {
  const { id, name, kind, baseUrl, hasKey, enabled } = provider;
  const may = useMay('admin');
  const button = useRef<HTMLButtonElement>(null);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [asks, setAsks] = useState<'remove' | 'force' | 'change'>();
  const act = useProviderAct(id, (error) => {
    const isUsed = error instanceof Problem && error.code === 'provider/in-use';
    if (isUsed) setAsks('force');
    notifyProblem(error);
  });
  const choose = (next: ProviderAct | 'change') =>
    next === 'remove' || next === 'change' ? setAsks(next) : act.mutate(next);
  return (
    <article
      aria-label={`Provider ${name}`}
      className="flex h-full flex-col gap-3 rounded-2xl border border-line bg-card p-4 shadow-card"
    >
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h3 className="truncate font-semibold">
            <bdi>{name}</bdi>
          </h3>
          <p className="text-sm text-soft">
            {KIND_WORDS[kind]} · {hasKey ? 'with a sealed key' : 'without a key'}
          </p>
        </div>
        {may && (
          <button
            ref={button}
            type="button"
            aria-label={`What can be done with ${name}`}
            aria-haspopup="menu"
            aria-expanded={isMenuOpen}
            onClick={() => setMenuOpen(!isMenuOpen)}
            className="-mr-1.5 rounded-lg p-1.5 text-soft hover:bg-sunken hover:text-ink"
          >
            <EllipsisVertical aria-hidden="true" className="size-5" />
          </button>
        )}
      </div>
      {baseUrl !== null && (
        <p className="truncate font-mono text-xs text-soft" title={baseUrl}>
          <bdi>{baseUrl}</bdi>
        </p>
      )}
      <Health of={provider} />
      {may && (
        <div className="mt-auto flex flex-wrap gap-2 pt-1">
          {enabled ? (
            <Button small disabled={act.isPending} onClick={() => act.mutate('check')}>
              {act.isPending && act.variables === 'check' ? 'Asking …' : 'Check it'}
            </Button>
          ) : (
            <Button small disabled={act.isPending} onClick={() => act.mutate('enable')}>
              Use it again
            </Button>
          )}
          <Button small disabled={act.isPending} onClick={() => act.mutate('discover')}>
            {act.isPending && act.variables === 'discover' ? 'Looking …' : 'Look for models'}
          </Button>
        </div>
      )}
      <Menu
        open={isMenuOpen}
        onOpenChange={setMenuOpen}
        anchor={button}
        label={`What can be done with ${name}`}
        align="end"
      >
        <ProviderMenu provider={provider} itemLook={MENU_ITEM} onChoose={choose} />
      </Menu>
      <Confirm
        open={asks === 'remove' || asks === 'force'}
        onClose={() => setAsks(undefined)}
        title={asks === 'force' ? `${name} is still used` : `Remove ${name}?`}
        verb={asks === 'force' ? 'Remove it all the same' : 'Remove it'}
        onConfirm={() => act.mutate(asks === 'force' ? 'force' : 'remove')}
      >
        {asks === 'force'
          ? 'Agents or open tasks name its models. What they name is missing then, and their calls go to other models or fail.'
          : 'Its sealed key and its models go with it. What was spent stays in the ledger.'}
      </Confirm>
      {asks === 'change' && <ChangeProvider provider={provider} onClose={() => setAsks(undefined)} />}
    </article>
  );
}
