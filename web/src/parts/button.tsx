import type { ComponentProps } from 'react';

type Look = 'plain' | 'main' | 'danger' | 'quiet';

const LOOKS: Record<Look, string> = {
  main: 'bg-accent text-on-accent border-transparent hover:brightness-110',
  plain: 'bg-card text-ink border-line hover:bg-sunken',
  danger: 'bg-card text-failed border-failed/40 hover:bg-failed/10',
  quiet: 'bg-transparent text-soft border-transparent hover:bg-sunken hover:text-ink',
};

/** Classes of a button, for links that look like one. */
export function buttonLook(look: Look = 'plain', small = false): string {
  const size = small ? 'h-8 px-2.5 text-sm' : 'h-10 px-4';
  return `inline-flex items-center justify-center gap-2 rounded-lg border font-medium whitespace-nowrap transition-colors select-none disabled:opacity-50 disabled:cursor-not-allowed ${size} ${LOOKS[look]}`;
}

/** A button. `small` for tool bars; every icon-only button needs an `aria-label`. */
export function Button({
  look = 'plain',
  small = false,
  className = '',
  ...rest
}: ComponentProps<'button'> & { look?: Look; small?: boolean }) {
  return <button type="button" className={`${buttonLook(look, small)} ${className}`} {...rest} />;
}
