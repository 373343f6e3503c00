import { useState } from 'react';

/** A text that is being written: kept in this tab of the browser, so that leaving the page does not lose it. */
export function useDraft(name: string, start: string) {
  const key = `cadre-workflow-${name}`;
  const [kept] = useState(() => sessionStorage.getItem(key));
  const [text, setText] = useState(kept ?? start);
  return {
    text,
    /** Whether what is shown is of an earlier visit. */
    isKept: kept !== null && kept === text && kept !== start,
    setText(next: string) {
      setText(next);
      if (next === start) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, next);
    },
    forget: () => sessionStorage.removeItem(key),
  };
}
