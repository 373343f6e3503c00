import { useEffect, useState } from 'react';

/** A value once it has stayed the same for `ms`: what is asked for while somebody types waits for a pause. */
export function useLater<Value>(value: Value, ms = 250): Value {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return later;
}
