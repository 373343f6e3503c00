/**
 * Keyboard shortcuts as pure rules: which key was pressed, and what a row of keys means. A shortcut is written as
 * it is pressed: `'?'`, `'g h'` (g, then h), `'mod+k'` (Ctrl, or Cmd on a Mac).
 */

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Longest time between two keys of one sequence, in milliseconds. */
export const SEQUENCE_MS = 1_500;

/** The name of a key as shortcuts write it; undefined for keys that only change others and for Alt combinations. */
export function nameOf({ key, ctrlKey, metaKey, altKey }: KeyPress): string | undefined {
  if (['Shift', 'Control', 'Meta', 'Alt', 'AltGraph', 'Dead', 'CapsLock'].includes(key)) return undefined;
  // AltGr comes as Ctrl+Alt on some systems: a character that needs it is typed, not commanded.
  if (altKey) return key.length === 1 && ctrlKey ? key : undefined;
  if (ctrlKey || metaKey) return `mod+${key.toLowerCase()}`;
  return key;
}

/** What was pressed of a sequence so far. */
export interface Held {
  readonly keys: string;
  readonly atMs: number;
}

export const NOTHING_HELD: Held = { keys: '', atMs: 0 };

/**
 * Adds a key to what is held. `run` is the shortcut that is complete; `held` is what may still become one. A key
 * that breaks a sequence begins anew, so that `g` `g` `h` still goes home.
 */
export function press(
  held: Held,
  name: string,
  nowMs: number,
  known: Iterable<string>,
): { held: Held; run?: string; takes: boolean } {
  const shortcuts = [...known];
  const isFresh = held.keys !== '' && nowMs - held.atMs <= SEQUENCE_MS;
  for (const keys of isFresh ? [`${held.keys} ${name}`, name] : [name]) {
    if (shortcuts.includes(keys)) return { held: NOTHING_HELD, run: keys, takes: true };
    if (shortcuts.some((each) => each.startsWith(`${keys} `)))
      return { held: { keys, atMs: nowMs }, takes: true };
  }
  return { held: NOTHING_HELD, takes: false };
}

/** The keys of a shortcut as people know them: `mod+k` is `Ctrl K`, or `⌘ K` on a Mac. */
export function labelsOf(shortcut: string, isMac: boolean): string[] {
  return shortcut.split(' ').flatMap((name) => {
    if (!name.startsWith('mod+')) return [name === 'Enter' ? '↵' : name];
    return [isMac ? '⌘' : 'Ctrl', name.slice(4).toUpperCase()];
  });
}
