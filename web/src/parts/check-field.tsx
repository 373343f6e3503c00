import { useId } from 'react';

interface CheckFieldProps {
  label: string;
  name: string;
  checked: boolean;
  onChange(checked: boolean): void;
  hint?: string | undefined;
}

/** Yes or no. */
export function CheckField({ label, name, checked, onChange, hint }: CheckFieldProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="flex items-center gap-2.5 text-sm font-medium">
        <input
          id={id}
          name={name}
          type="checkbox"
          checked={checked}
          aria-describedby={hint ? `${id}-below` : undefined}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4 accent-accent"
        />
        {label}
      </label>
      {hint && (
        <p id={`${id}-below`} className="mt-1 text-sm text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
