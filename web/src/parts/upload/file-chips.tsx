import { CircleAlert, FileText, LoaderCircle, X } from 'lucide-react';
import { Button } from '../button.tsx';
import { type Chosen, size } from './chosen.ts';

interface FileChipsProps {
  files: readonly Chosen[];
  onRemove(key: string): void;
  onAgain(): void;
  disabled?: boolean;
}

/** Chosen files with their size, how far each is, and how to remove it; those that failed stand below with why. */
export function FileChips({ files, onRemove, onAgain, disabled = false }: FileChipsProps) {
  const good = files.filter(({ state }) => state !== 'refused' && state !== 'stopped');
  const bad = files.filter(({ state }) => state === 'refused' || state === 'stopped');
  if (files.length === 0) return null;
  return (
    <div className="space-y-2">
      {good.length > 0 && (
        <ul aria-label="Files" className="flex max-h-40 flex-wrap gap-1.5 overflow-y-auto p-0.5">
          {good.map((file) => (
            <FileChip key={file.key} file={file} disabled={disabled} onRemove={() => onRemove(file.key)} />
          ))}
        </ul>
      )}
      {bad.length > 0 && (
        <ul aria-label="Files that were not taken" className="space-y-1.5">
          {bad.map((file) => (
            <BadFile key={file.key} file={file} onRemove={() => onRemove(file.key)} onAgain={onAgain} />
          ))}
        </ul>
      )}
    </div>
  );
}

interface FileChipProps {
  file: Chosen;
  onRemove(): void;
  disabled: boolean;
}

function FileChip({ file, onRemove, disabled }: FileChipProps) {
  const isUnderWay = file.state !== 'stored';
  const part = file.bytes === 0 ? 0 : Math.min(1, file.sentBytes / file.bytes);
  return (
    <li className="relative flex max-w-full min-w-0 items-center gap-1.5 overflow-hidden rounded-lg border border-line bg-paper py-1 pr-1 pl-2 text-sm">
      {isUnderWay ? (
        <LoaderCircle aria-hidden="true" className="size-3.5 shrink-0 animate-spin text-running" />
      ) : (
        <FileText aria-hidden="true" className="size-3.5 shrink-0 text-soft" />
      )}
      <bdi className="max-w-56 min-w-0 truncate" title={file.name}>
        {file.name}
      </bdi>
      <span className="shrink-0 text-xs text-soft">
        {isUnderWay && file.state === 'sending' && `${Math.floor(part * 100)} % of `}
        {size(file.bytes)}
      </span>
      <button
        type="button"
        aria-label={`Remove ${file.name}`}
        disabled={disabled}
        onClick={onRemove}
        className="rounded p-0.5 text-soft hover:bg-sunken hover:text-ink disabled:opacity-50"
      >
        <X aria-hidden="true" className="size-3.5" />
      </button>
      {file.state === 'sending' && (
        <span
          aria-hidden="true"
          className="absolute inset-x-0 bottom-0 h-0.5 origin-left bg-running transition-transform"
          style={{ transform: `scaleX(${part})` }}
        />
      )}
    </li>
  );
}

function BadFile({ file, onRemove, onAgain }: { file: Chosen; onRemove(): void; onAgain(): void }) {
  return (
    <li className="flex items-start gap-2 rounded-lg border border-failed/40 bg-failed/5 px-2.5 py-2 text-sm">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-failed" />
      <p className="min-w-0 flex-1 break-words">
        <bdi className="font-medium">{file.name}</bdi>{' '}
        <span className="text-soft">{file.state === 'refused' ? 'was not taken.' : 'was not sent yet.'}</span>{' '}
        <span dir="auto">{file.because}</span> <span dir="auto">{file.hint}</span>
      </p>
      {file.state === 'stopped' && (
        <Button small onClick={onAgain}>
          Send again
        </Button>
      )}
      <button
        type="button"
        aria-label={`Remove ${file.name}`}
        onClick={onRemove}
        className="rounded p-1 text-soft hover:bg-sunken hover:text-ink"
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </li>
  );
}
