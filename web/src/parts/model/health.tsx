import { CircleCheck, CircleDashed, CirclePower, CircleX, type LucideIcon } from 'lucide-react';
import type { Provider } from '../../api/models.ts';
import { Ago } from '../time.tsx';
import { type HealthWords, healthWords } from './model-words.ts';

const LOOKS: Record<HealthWords['state'], { Icon: LucideIcon; look: string }> = {
  up: { Icon: CircleCheck, look: 'text-completed' },
  down: { Icon: CircleX, look: 'text-failed' },
  unknown: { Icon: CircleDashed, look: 'text-soft' },
  off: { Icon: CirclePower, look: 'text-terminated' },
};

/** How a provider does: a word with its sign, and why and since when. */
export function Health({ of }: { of: Pick<Provider, 'enabled' | 'health'> }) {
  const { state, word, because, since } = healthWords(of);
  const { Icon, look } = LOOKS[state];
  return (
    <div className="text-sm">
      <p className={`flex items-center gap-1.5 font-medium ${look}`}>
        <Icon aria-hidden="true" className="size-4 shrink-0" />
        {word}
        {since !== null && (
          <span className="font-normal text-soft">
            {' '}
            · since <Ago at={since} />
          </span>
        )}
      </p>
      {because !== null && (
        <p className="mt-0.5 break-words text-soft" dir="auto">
          {because}
        </p>
      )}
    </div>
  );
}
