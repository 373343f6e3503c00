import { useEffect, useState } from 'react';
import { type Held, labelsOf, NOTHING_HELD, nameOf, press } from './keys.ts';

export interface Shortcut {
  /** What it does, as the list of shortcuts says it: "Go home". */
  does: string;
  run(): void;
}

/** Shortcuts by their keys: `{ 'g h': { does: 'Go home', run } }`. */
export type KeyMap = Readonly<Record<string, Shortcut>>;

interface Registered {
  group: string;
  keys: KeyMap;
}

/** What is on the page now; the last one has the first word, so that a page can take a key from the shell. */
const registered: Registered[] = [];
let held: Held = NOTHING_HELD;

/**
 * Gives keys a meaning while the component is shown; `group` is their heading in the list of shortcuts (`?`). They
 * rest while someone types, while a dialog or menu is open, and while shortcuts are switched off; only `mod+` keys
 * work while typing.
 */
export function useKeys(keys: KeyMap, group: string): void {
  const [entry] = useState<Registered>(() => ({ group, keys }));
  useEffect(() => {
    entry.group = group;
    entry.keys = keys;
  });
  useEffect(() => {
    if (registered.length === 0) document.addEventListener('keydown', listen);
    registered.push(entry);
    return () => {
      registered.splice(registered.indexOf(entry), 1);
      if (registered.length === 0) document.removeEventListener('keydown', listen);
    };
  }, [entry]);
}

/** All shortcuts that work now, by group; what a later one has taken over is left out. */
export function shortcutsNow(): Array<{ group: string; shortcuts: Array<[string, Shortcut]> }> {
  const taken = new Set<string>();
  const groups = new Map<string, Array<[string, Shortcut]>>();
  for (const { group, keys } of registered.toReversed()) {
    for (const [shortcut, entry] of Object.entries(keys)) {
      if (taken.has(shortcut)) continue;
      taken.add(shortcut);
      groups.set(group, [...(groups.get(group) ?? []), [shortcut, entry]]);
    }
  }
  return [...groups].map(([group, shortcuts]) => ({ group, shortcuts })).toReversed();
}

function listen(event: KeyboardEvent): void {
  const name = nameOf(event);
  if (!name || event.defaultPrevented || event.isComposing || isElsewhere(event.target, name)) return;
  const known = registered.flatMap(({ keys }) => Object.keys(keys));
  const next = press(held, name, event.timeStamp, known);
  held = next.held;
  if (next.takes) event.preventDefault();
  if (next.run) registered.findLast(({ keys }) => next.run && next.run in keys)?.keys[next.run]?.run();
}

/** What takes the keys while it is open. Notices are dialogs by their role, but nobody is in them. */
const WINDOWS = ':is([role="dialog"], [role="alertdialog"], [role="menu"]):not([data-notices] *)';
const WRITES =
  'input:not([type="checkbox"], [type="radio"], [type="button"]), textarea, select, [contenteditable="true"]';

/** True when the key belongs to something else: a field, an open window, or single keys are switched off. */
function isElsewhere(target: EventTarget | null, name: string): boolean {
  if (document.querySelector(WINDOWS)) return true;
  if (name.startsWith('mod+')) return false;
  return !areSingleKeysOn() || (target instanceof Element && target.closest(WRITES) !== null);
}

const KEPT = 'cadre-single-keys';

/** Single keys can be switched off: speech input and shaking hands press them by accident. Kept in this browser. */
export function areSingleKeysOn(): boolean {
  return localStorage.getItem(KEPT) !== 'off';
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(KEPT, on ? 'on' : 'off');
}

const isMac = /mac|iphone|ipad/i.test(navigator.userAgent);

/** The keys of a shortcut, drawn as keys. */
export function Keys({ of, className = '' }: { of: string; className?: string }) {
  return (
    <span className={`inline-flex items-center gap-1 ${className}`}>
      {labelsOf(of, isMac).map((label) => (
        <kbd
          key={label}
          className="min-w-5 rounded border border-line bg-sunken px-1 text-center font-sans text-xs leading-5 text-soft"
        >
          {label}
        </kbd>
      ))}
    </span>
  );
}
