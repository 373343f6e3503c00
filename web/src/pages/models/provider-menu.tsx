import { Menu } from '@base-ui/react/menu';
import { CirclePower, ListPlus, PencilLine, Trash2 } from 'lucide-react';
import type { Provider } from '../../api/models.ts';
import type { ProviderAct } from './use-provider-act.ts';

interface ProviderMenuProps {
  provider: Provider;
  itemLook: string;
  onChoose(act: ProviderAct | 'change'): void;
}

/** What is done with a provider now and then. */
export function ProviderMenu({ provider, itemLook, onChoose }: ProviderMenuProps) {
  return (
    <>
      <Menu.Item onClick={() => onChoose('change')} className={itemLook}>
        <PencilLine className="size-4" aria-hidden="true" /> Change key or address …
      </Menu.Item>
      <Menu.Item onClick={() => onChoose('all')} className={itemLook}>
        <ListPlus className="size-4" aria-hidden="true" /> Add all its models, switched off
      </Menu.Item>
      <Menu.Item onClick={() => onChoose(provider.enabled ? 'disable' : 'enable')} className={itemLook}>
        <CirclePower className="size-4" aria-hidden="true" />
        {provider.enabled ? 'Switch it off' : 'Use it again'}
      </Menu.Item>
      <Menu.Item onClick={() => onChoose('remove')} className={`${itemLook} text-failed`}>
        <Trash2 className="size-4" aria-hidden="true" /> Remove …
      </Menu.Item>
    </>
  );
}
