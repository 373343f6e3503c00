import { type ReactNode, useId } from 'react';

export const INPUT = 'w-full rounded-lg border bg-paper px-3 text-sm placeholder:text-soft';

interface FormFieldProps {
  label: string;
  problem?: string | undefined;
  hint?: string | undefined;
  children(ids: { id: string; describedBy: string | undefined; look: string }): ReactNode;
}

/** A label, what is below it, and what is wrong with what was typed. */
export function FormField({ label, problem, hint, children }: FormFieldProps) {
  const id = useId();
  const below = problem ?? hint;
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="mt-1">
        {children({
          id,
          describedBy: below ? `${id}-below` : undefined,
          look: `${INPUT} ${problem ? 'border-failed' : 'border-line'}`,
        })}
      </div>
      {below && (
        <p id={`${id}-below`} className={`mt-1 text-sm break-words ${problem ? 'text-failed' : 'text-soft'}`}>
          {below}
        </p>
      )}
    </div>
  );
}

interface SelectFieldProps {
  label: string;
  name: string;
  value: string;
  onChange(value: string): void;
  options: ReadonlyArray<readonly [value: string, words: string]>;
  hint?: string | undefined;
  problem?: string | undefined;
}

/** One of a list. */
export function SelectField({ label, name, value, onChange, options, hint, problem }: SelectFieldProps) {
  return (
    <FormField label={label} hint={hint} problem={problem}>
      {({ id, describedBy, look }) => (
        <select
          id={id}
          name={name}
          value={value}
          aria-describedby={describedBy}
          aria-invalid={problem !== undefined}
          onChange={(event) => onChange(event.target.value)}
          className={`${look} h-10`}
        >
          {options.map(([each, words]) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
      )}
    </FormField>
  );
}

interface TextFieldProps {
  label: string;
  name: string;
  value: string;
  onChange(value: string): void;
  problem?: string | undefined;
  hint?: string | undefined;
  placeholder?: string | undefined;
  /** Lines; 1: a single one. */
  lines?: number;
  mono?: boolean;
  type?: 'text' | 'number';
  offers?: readonly string[] | undefined;
}

/** A line or a text. */
export function TextField(props: TextFieldProps) {
  const { label, name, value, onChange, problem, hint, placeholder, lines = 1, mono, type, offers } = props;
  return (
    <FormField label={label} hint={hint} problem={problem}>
      {({ id, describedBy, look }) => {
        const common = {
          id,
          name,
          value,
          placeholder,
          'aria-describedby': describedBy,
          'aria-invalid': problem !== undefined,
          dir: mono ? ('ltr' as const) : ('auto' as const),
          spellCheck: !mono,
          autoComplete: 'off',
        };
        const font = mono ? 'font-mono' : '';
        if (lines > 1)
          return (
            <textarea
              {...common}
              rows={lines}
              onChange={(event) => onChange(event.target.value)}
              className={`${look} ${font} block py-2`}
            />
          );
        return (
          <>
            <input
              {...common}
              inputMode={type === 'number' ? 'decimal' : 'text'}
              list={offers ? `${id}-offers` : undefined}
              onChange={(event) => onChange(event.target.value)}
              className={`${look} ${font} h-10`}
            />
            {offers && (
              <datalist id={`${id}-offers`}>
                {offers.map((offer) => (
                  <option key={offer} value={offer} />
                ))}
              </datalist>
            )}
          </>
        );
      }}
    </FormField>
  );
}
