/** A bar beside a number that says the same: it is for the eye only. `share` from 0 to 1. */
export function ShareBar({ share, look = 'fill-accent' }: { share: number; look?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 100 2"
      preserveAspectRatio="none"
      className="h-2 w-full overflow-hidden rounded-full bg-sunken"
    >
      <rect
        width={Math.max(share > 0 ? 0.8 : 0, Math.min(1, share) * 100)}
        height="2"
        rx="0.4"
        className={look}
      />
    </svg>
  );
}
