interface FigureProps {
  name: string;
  value: string;
  below?: string | undefined;
  isMain?: boolean;
}

/** A number that matters, with its name and what must be known of it. Stands in a `dl`. */
export function Figure({ name, value, below, isMain = false }: FigureProps) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-soft">{name}</dt>
      <dd>
        <span
          className={`block font-semibold break-words tabular-nums ${isMain ? 'text-3xl' : 'text-xl leading-9'}`}
        >
          {value}
        </span>
        {below && <span className="block text-sm text-soft">{below}</span>}
      </dd>
    </div>
  );
}
