import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plug } from 'lucide-react';
import { useState } from 'react';
import { modelsQuery, providersQuery } from '../../api/model-queries.ts';
import { useMay } from '../../api/roles.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { MODEL_PAGES, PageTabs } from '../../parts/message/tabs.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Choose } from './choose.tsx';
import { Connect } from './connect.tsx';
import type { ConnectForm } from './connect-form.ts';
import { ModelPanel } from './model-panel.tsx';
import { ModelTable } from './model-table.tsx';
import { Offers } from './offers.tsx';
import { ProviderCard } from './provider-card.tsx';

/** Providers of language models, and their models: what agents may call, what it costs and takes. */
export function Models() {
  const { model, connect } = useSearch({ from: '/models' });
  const navigate = useNavigate({ from: '/models' });
  const providers = useQuery(providersQuery);
  const models = useQuery(modelsQuery);
  const may = useMay('admin');
  /** What an offer filled in. */
  const [start, setStart] = useState<Partial<ConnectForm>>({});
  const connectWith = (filledIn: Partial<ConnectForm>) => {
    setStart(filledIn);
    show({ connect: true });
  };
  const show = (next: { model?: string; connect?: true }) =>
    void navigate({ search: next, resetScroll: false, replace: model !== undefined || connect === true });
  return (
    <div className="space-y-5">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="text-2xl font-semibold">Models</h1>
        {may && providers.data && providers.data.length > 0 && (
          <Button look="main" className="ml-auto" onClick={() => connectWith({})}>
            <Plug aria-hidden="true" className="size-4" /> Connect a provider
          </Button>
        )}
      </div>
      <PageTabs label="Parts of the models" pages={MODEL_PAGES} />
      {providers.isPending && <Busy what="Looking for providers" />}
      {providers.isError && <ProblemBox error={providers.error} onRetry={() => providers.refetch()} />}
      {providers.data?.length === 0 && <NoProvider may={may} onConnect={() => connectWith({})} />}
      {providers.data && providers.data.length > 0 && (
        <section aria-labelledby="providers" className="space-y-3">
          <h2 id="providers" className="text-lg font-semibold">
            Providers
          </h2>
          <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
            {providers.data.map((provider) => (
              <li key={provider.id} className="min-w-0">
                <ProviderCard provider={provider} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {may && providers.data && <Offers providers={providers.data} onChoose={connectWith} />}
      {models.data?.some(({ isCallable }) => isCallable) && (
        <Choose onOpen={(name) => show({ model: name })} />
      )}
      {models.isError && <ProblemBox error={models.error} onRetry={() => models.refetch()} />}
      {models.data && models.data.length > 0 && (
        <ModelTable models={models.data} onOpen={(name) => show({ model: name })} />
      )}
      {models.data?.length === 0 && (providers.data?.length ?? 0) > 0 && (
        <Empty title="No model is known yet">
          Press “Look for models” at a provider: it is asked which models it has.
        </Empty>
      )}
      {may && connect === true && <Connect start={start} onClose={() => show({})} />}
      {model !== undefined && <ModelPanel id={model} onClose={() => show({})} />}
    </div>
  );
}

function NoProvider({ may, onConnect }: { may: boolean; onConnect(): void }) {
  return (
    <Empty title="No language model is connected" icon={<Plug className="size-6" />}>
      <p className="mb-4">
        Cadre works without one: its built-in skills need no key and cost nothing. Connect a provider, with a
        key or by the address of a server of your own, and agents can think with a language model.
      </p>
      {may ? (
        <Button look="main" onClick={onConnect}>
          <Plug aria-hidden="true" className="size-4" /> Connect a provider
        </Button>
      ) : (
        <p>Somebody with the role admin can connect one.</p>
      )}
    </Empty>
  );
}
