import { Cron } from 'croner';
import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf } from '../platform/kernel/json.ts';

/** Times of schedules: pure rules over a cron text, a zone and the time of the database. */

/** What becomes of times that passed while nobody watched: none, the newest, or all up to a bound. */
export const CATCH_UPS = ['skip', 'one', 'all'] as const;
export type CatchUp = (typeof CATCH_UPS)[number];

/** Whether a schedule fires while the task of its last fire is open. */
export const OVERLAPS = ['skip', 'allow'] as const;

/** A fire that comes no later than this is on time; `skip` leaves out what is later. */
export const ON_TIME_MS = 60_000;
/** Times that are counted one by one; of a longer time away only the newest are looked at. */
const COUNTED = 1_000;

/**
 * The times of a cron of 5 fields (minute first) or 6 (second first) in a zone. On the day whose clock leaps over a
 * time it comes at the moment of the leap; on the day that has it twice it comes the first time.
 * @throws CadreError `schedule/bad-cron`, `schedule/bad-zone`
 */
export function timerOf(cron: string, zone: string): Cron {
  checkZone(zone);
  const refuse = (detail: string) => new CadreError('schedule/bad-cron', { cron, detail });
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6)
    throw refuse(`it has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}, not 5 or 6`);
  // It stands for the time at which the text is read, which is another one each time.
  if (cron.includes('?')) throw refuse('`?` has no fixed meaning');
  try {
    return new Cron(fields.join(' '), { timezone: zone, mode: '5-or-6-parts', paused: true });
  } catch (cause) {
    const detail = messageOf(cause).replace(/^CronPattern: /, '');
    throw new CadreError('schedule/bad-cron', { cron, detail }, { cause });
  }
}

/** @throws CadreError `schedule/bad-zone` */
export function checkZone(zone: string): void {
  try {
    if (!/^[A-Za-z]/.test(zone)) throw new RangeError('an offset is no zone');
    Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (cause) {
    throw new CadreError('schedule/bad-zone', { zone }, { cause });
  }
}

/** The next times after a moment, up to `count`. */
export function nextTimes(timer: Cron, after: number, count: number): number[] {
  return timer.nextRuns(count, new Date(after)).map((date) => date.getTime());
}

/** The first time after a moment. @throws CadreError `schedule/bad-cron` when there is none */
export function firstTime(cron: string, zone: string, after: number): number {
  const [first] = nextTimes(timerOf(cron, zone), after, 1);
  if (first === undefined) throw new CadreError('schedule/bad-cron', { cron, detail: 'it never comes' });
  return first;
}

/** What is due: the times to fire for, oldest first, how many others passed, and when it comes next. */
export interface Due {
  fires: number[];
  missed: number;
  next: number | undefined;
}

export interface Timing {
  cron: string;
  zone: string;
  catchUp: CatchUp;
  catchUpLimit: number;
}

/** Decides what is done at `now` of all times since `dueAt`, which is the first of them. */
export function dueBy({ cron, zone, catchUp, catchUpLimit }: Timing, dueAt: number, now: number): Due {
  const timer = timerOf(cron, zone);
  const passed = passedTimes(timer, dueAt, now);
  const newest = passed.at(-1) ?? dueAt;
  const fires =
    catchUp === 'all'
      ? passed.slice(-catchUpLimit)
      : catchUp === 'one' || now - newest <= ON_TIME_MS
        ? [newest]
        : [];
  return { fires, missed: passed.length - fires.length, next: nextTimes(timer, now, 1)[0] };
}

/** All times from `dueAt` to `now`; after too long a time away the newest of them only. */
function passedTimes(timer: Cron, dueAt: number, now: number): number[] {
  const times = [dueAt];
  for (let last = dueAt; times.length < COUNTED; ) {
    const [next] = nextTimes(timer, last, 1);
    if (next === undefined || next > now) return times;
    times.push(next);
    last = next;
  }
  // Times are whole seconds: what comes before the next second has come by now.
  const border = new Date(Math.floor(now / 1_000) * 1_000 + 1_000);
  return timer
    .previousRuns(COUNTED, border)
    .map((date) => date.getTime())
    .filter((time) => time >= dueAt)
    .reverse();
}

/** A time as the clocks of a zone show it, with their distance from UTC: `2026-03-29T03:00:00+02:00`. */
export function localTime(ms: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(ms);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const offset = of('timeZoneName').replace('GMT', '') || '+00:00';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}:${of('second')}${offset}`;
}
