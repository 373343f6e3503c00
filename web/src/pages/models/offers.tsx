import { useQuery } from '@tanstack/react-query';
import { KeyRound, Server } from 'lucide-react';
import { offersQuery } from '../../api/model-queries.ts';
import type { Provider } from '../../api/models.ts';
import type { Operations } from '../../api/types.ts';
import { Button } from '../../parts/button.tsx';
import { KINDS } from '../../parts/model/model-words.ts';
import type { ConnectForm } from './connect-form.ts';
import { offered } from './offered.ts';

type Offer = Operations['models.offers']['output']['items'][number];

interface OffersProps {
  providers: readonly Provider[];
  onChoose(start: Partial<ConnectForm>): void;
}

/** What could be connected: named here, and not used until somebody presses the button. */
export function Offers({ providers, onChoose }: OffersProps) {
  const { data: offers = [] } = useQuery(offersQuery);
  const open = offers.filter((offer) => !isConnected(offer, providers));
  if (open.length === 0) return null;
  return (
    <section aria-labelledby="offers" className="rounded-2xl border border-dashed border-line p-4">
      <h2 id="offers" className="font-semibold">
        Could be connected
      </h2>
      <p className="text-sm text-soft">Found on the server. None of it is used until you connect it.</p>
      <ul className="mt-3 space-y-2">
        {open.map((offer) => {
          const Icon = offer.provider === 'Ollama' ? Server : KeyRound;
          return (
            <li
              key={`${offer.provider} ${offer.where}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm"
            >
              <Icon aria-hidden="true" className="size-4 shrink-0 text-soft" />
              <p className="min-w-0 flex-1">
                <span className="font-medium">{offer.provider}</span>{' '}
                <span className="text-soft">
                  {offer.provider === 'Ollama' ? 'answers at ' : 'has a key in '}
                  <code className="text-xs break-all">{offer.where}</code>
                </span>
              </p>
              <Button small onClick={() => onChoose(offered(offer))}>
                Connect {offer.provider} …
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A provider of this kind is there; of servers of one's own there may be several. */
function isConnected({ kind, where }: Offer, providers: readonly Provider[]): boolean {
  const known = KINDS.find((each) => each === kind);
  if (known === 'openai-compatible')
    return providers.some(({ baseUrl }) => baseUrl?.includes(where) === true);
  return providers.some((provider) => provider.kind === known);
}
