import { newKey } from '../../api/once.ts';
import { sendFiles } from '../../parts/upload/send-files.ts';
import { createUploads, type Lost, type Stored, type Uploads } from '../../parts/upload/uploads.ts';
import { type Cap, NO_CAP, readCap, type TypedCap } from './cap.ts';

/** What one asks for and the key under which it is asked: the same asking twice makes one task. */
export interface Attempt {
  key: string;
  goal: string;
  files: string[];
  /** The most that it may take; absent: only the budgets that hold for all. */
  budget?: Cap;
}

/** A goal that is being written, with its files. Outlives the page of the browser tab, not the tab. */
export interface Draft {
  readonly uploads: Uploads;
  getGoal(): string;
  setGoal(goal: string): void;
  /** The most that it may take, as typed. */
  getCap(): TypedCap;
  setCap(cap: TypedCap): void;
  subscribe(listener: () => void): () => void;
  /** The attempt for what the draft says now: the last one while nothing changed, else a new one. */
  attempt(): Attempt;
  /** It was sent: begin anew. */
  clear(): void;
}

interface Kept {
  goal: string;
  cap: TypedCap;
  files: Stored[];
  lost: Lost[];
  attempt?: Attempt;
}

/** Where a draft is kept: `sessionStorage`, or what stands for it in a test. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Opens the draft that is kept under a name, or an empty one. */
export function openDraft(name: string, shelf: Shelf, uploads: Uploads): Draft {
  const kept = read(shelf.getItem(name));
  let { goal, cap, attempt } = kept;
  const listeners = new Set<() => void>();
  const keep = () => {
    const files = uploads.get();
    if (goal === '' && files.length === 0 && cap.costUsd === '' && cap.tokens === '')
      return shelf.removeItem(name);
    const stored = files.flatMap(({ fileId, name, bytes }) => (fileId ? [{ id: fileId, name, bytes }] : []));
    const lost = files
      .filter(({ fileId }) => !fileId)
      .map(({ name, bytes, state, because, hint }): Lost => {
        const why = state === 'refused' && because && hint ? { because, hint } : {};
        return { name, bytes, ...why };
      });
    shelf.setItem(name, JSON.stringify({ goal, cap, files: stored, lost, ...(attempt && { attempt }) }));
  };
  uploads.addStored(kept.files);
  if (kept.lost.length > 0) uploads.addLost(kept.lost);
  uploads.subscribe(keep);
  return {
    uploads,
    getGoal: () => goal,
    setGoal(next) {
      goal = next;
      keep();
      for (const listener of listeners) listener();
    },
    getCap: () => cap,
    setCap(next) {
      cap = next;
      keep();
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    attempt() {
      const files = uploads.get().flatMap(({ fileId }) => fileId ?? []);
      const read = readCap(cap);
      const budget = 'budget' in read ? read.budget : undefined;
      const isSame =
        attempt?.goal === goal.trim() &&
        attempt.files.join() === files.join() &&
        attempt.budget?.costUsd === budget?.costUsd &&
        attempt.budget?.tokens === budget?.tokens;
      if (!attempt || !isSame)
        attempt = { key: newKey(), goal: goal.trim(), files, ...(budget && { budget }) };
      keep();
      return attempt;
    },
    clear() {
      goal = '';
      cap = NO_CAP;
      attempt = undefined;
      uploads.clear();
      for (const listener of listeners) listener();
    },
  };
}

function read(text: string | null): Kept {
  try {
    const value: Partial<Kept> = JSON.parse(text ?? '{}'); // this page wrote it; anything else is an empty draft
    const { goal = '', cap = NO_CAP, files = [], lost = [], attempt } = value;
    return { goal, cap, files, lost, ...(attempt && { attempt }) };
  } catch {
    return { goal: '', cap: NO_CAP, files: [], lost: [] };
  }
}

const drafts = new Map<string, Draft>();

/** The draft of who is signed in: uploads go on while another page is shown. */
export function draftOf(who: string): Draft {
  const name = `cadre-draft:${who}`;
  const draft = drafts.get(who) ?? openDraft(name, sessionStorage, createUploads(sendFiles));
  drafts.set(who, draft);
  return draft;
}
