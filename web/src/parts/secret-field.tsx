import { FormField } from './message/form-field.tsx';

interface SecretFieldProps {
  label: string;
  name: string;
  value: string;
  onChange(value: string): void;
  problem?: string | undefined;
  hint?: string | undefined;
}

/** Something secret: typed unseen, offered to no password store, and never filled in by us. */
export function SecretField({ label, name, value, onChange, problem, hint }: SecretFieldProps) {
  return (
    <FormField label={label} problem={problem} hint={hint}>
      {({ id, describedBy, look }) => (
        <input
          id={id}
          name={name}
          type="password"
          value={value}
          autoComplete="new-password"
          spellCheck={false}
          dir="ltr"
          aria-describedby={describedBy}
          aria-invalid={problem !== undefined}
          onChange={(event) => onChange(event.target.value)}
          className={`${look} h-10 font-mono`}
        />
      )}
    </FormField>
  );
}
