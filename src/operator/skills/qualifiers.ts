import { datesIn } from './dates.ts';
import type { Passage } from './reading.ts';
import { fold } from './words.ts';

/**
 * What limits a statement: its time, its part, whether it plans or reports, whether it is meant at all. Two
 * statements that differ in one of these speak of different things and cannot contradict each other.
 */
export interface Qualifiers {
  /** Years, quarters and months that the statement is about, leaving out its own value. */
  periods: string[];
  /** Full dates beside the value ("as of 31 March 2026"). */
  days: string[];
  /** "phase 2", "version 1.3", "lot b". */
  parts: string[];
  mode: 'plan' | 'actual' | '';
  /** Says itself that it replaces or was replaced, is a bound, a share, a condition or a question. */
  loose: boolean;
}

const PART =
  /\b(phase|part|lot|section|stage|version|option|scenario|building|unit|clause|article|annex|appendix|batch|block|round|tranche|class|level|site|room|floor|item|step|group|team|region|v)[\s.-]?(\d+(?:\.\d+)*|[A-Z]|I{1,3}|IV|VI{0,3})\b/g;
const PLAN =
  /\b(?:plan(?:s|ned|ning)?|forecasts?|targets?|estimate[sd]?|expect(?:s|ed)?|project(?:ed|ion)|propos(?:es?|ed|al)|drafts?|offer(?:s|ed)?|tender|request(?:s|ed)?|intend(?:s|ed)?|budgeted|aims?|goal|hopes?|scheduled)\b/i;
const ACTUAL =
  /\b(?:actual(?:ly)?|spent|final(?:ly)?|outcome|paid|invoiced|reali[sz]ed|measured|achieved|in fact|result(?:s|ed)?|turned out|came to|completed)\b/i;
const LOOSE =
  /\b(?:original(?:ly)?|initial(?:ly)?|previous(?:ly)?|former(?:ly)?|earlier|before that|used to|had been|instead of|rather than|no longer|raised|increased?|increases|reduced?|cut (?:to|from|by)|revised|updated|postponed|moved|rescheduled|delayed|changed|now|new (?:budget|date|deadline|price|estimate|figure|total|value|amount|schedule|plan)|meanwhile|in the meantime|superseded?s?|replaced?s?|per|each|every|average|mean|median|minimum|maximum|at least|at most|up to|more than|less than|over|under|below|above|exceed(?:s|ed|ing)?|between|if|unless|whether|would|could|might|may|suppose|for example|e\.g\.|another|additional|further|extra|share|part of|half of|remaining|rest|except|excluding|including|of which|only|acting|deputy|vice|assistant|successor|designate|until|ex|elsewhere|last year|next year|per cent of|% of)\b/i;

/** Qualifiers of the words around a value; `around` is the clause, the passage gives its heading. */
export function qualifiersOf(around: string, passage: Passage): Qualifiers {
  const withHeading = `${passage.heading} . ${around}`;
  const dates = datesIn(around);
  const parts = new Set<string>();
  for (const match of withHeading.matchAll(PART)) parts.add(fold(`${match[1]} ${match[2]}`));
  const plan = PLAN.test(around);
  const actual = ACTUAL.test(around);
  return {
    periods: dates.filter(({ iso }) => !isDay(iso)).map(({ iso }) => iso),
    days: dates.filter(({ iso }) => isDay(iso)).map(({ iso }) => iso),
    parts: [...parts].sort(),
    mode: plan === actual ? '' : plan ? 'plan' : 'actual',
    loose: LOOSE.test(around) || around.includes('?'),
  };
}

function isDay(iso: string): boolean {
  return /\d-\d\d-\d\d$|^--/.test(iso);
}

/** True when two statements may be about the same thing at the same time. */
export function comparable(a: Qualifiers, b: Qualifiers): boolean {
  if (a.loose || b.loose) return false;
  if (a.mode !== b.mode && a.mode !== '' && b.mode !== '') return false;
  if (a.parts.join() !== b.parts.join()) return false;
  if (a.periods.join() !== b.periods.join()) return false;
  return a.days.length === 0 || b.days.length === 0 || a.days.some((day) => b.days.includes(day));
}
