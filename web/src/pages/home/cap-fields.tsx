import { CircleDollarSign } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/message/form-field.tsx';
import type { CapProblems, TypedCap } from './cap.ts';

interface CapFieldsProps {
  cap: TypedCap;
  problems: CapProblems;
  onChange(cap: TypedCap): void;
  disabled: boolean;
}

/** The most that a goal may take. */
export function CapFields({ cap, problems, onChange, disabled }: CapFieldsProps) {
  const fields = useRef<HTMLFieldSetElement>(null);
  const first = Object.keys(problems)[0];
  useEffect(() => {
    if (first !== undefined) fields.current?.querySelector<HTMLInputElement>(`[name="${first}"]`)?.focus();
  }, [first]);
  return (
    <fieldset
      ref={fields}
      disabled={disabled}
      className="grid max-w-xl gap-3 rounded-xl border border-line p-3 sm:grid-cols-2"
    >
      <legend className="px-1 text-sm text-soft">At most for this goal: work stops there</legend>
      <TextField
        label="US dollars"
        name="costUsd"
        value={cap.costUsd}
        onChange={(costUsd) => onChange({ ...cap, costUsd })}
        problem={problems.costUsd}
        placeholder="not limited"
      />
      <TextField
        label="Tokens"
        name="tokens"
        value={cap.tokens}
        onChange={(tokens) => onChange({ ...cap, tokens })}
        problem={problems.tokens}
        placeholder="not limited"
      />
    </fieldset>
  );
}

interface CapToggleProps {
  isOpen: boolean;
  disabled: boolean;
  onToggle(): void;
}

/** Opens the fields; closing them takes the budget away. */
export function CapToggle({ isOpen, disabled, onToggle }: CapToggleProps) {
  return (
    <Button small look="quiet" aria-expanded={isOpen} disabled={disabled} onClick={onToggle}>
      <CircleDollarSign aria-hidden="true" className="size-4" />
      {isOpen ? 'Without a budget' : 'Set a budget'}
    </Button>
  );
}
