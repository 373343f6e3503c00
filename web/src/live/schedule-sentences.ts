import { because, by, counted, type EventType, of, type Part, type Say, sentence } from './sentence-parts.ts';

const schedule = (data: Record<string, unknown>): Part => of(data.schedule, 'without a name');
const trigger = (data: Record<string, unknown>): Part => of(data.trigger, 'without a name');
const about = (value: unknown): Part[] =>
  typeof value === 'string' && value !== '' ? [' because of ', of(value, 'something')] : [];

/** What schedules and triggers do. */
export const SCHEDULE_SENTENCES = {
  'schedule.created': ({ data }) => ['The schedule ', schedule(data), ' was made.'],
  'schedule.changed': ({ data }) => ['The schedule ', schedule(data), ' was changed.'],
  'schedule.removed': ({ data }) => ['The schedule ', schedule(data), ' was removed.'],
  'schedule.paused': ({ data }) => [
    'The schedule ',
    schedule(data),
    ' rests from now on',
    ...because(data.because),
    '.',
  ],
  'schedule.resumed': (event) => sentence(by(event), ' let the schedule ', schedule(event.data), ' go on.'),
  'schedule.fired': ({ data }) => ['The schedule ', schedule(data), ' submitted a task.'],
  'schedule.skipped': ({ data }) => [
    'The schedule ',
    schedule(data),
    ` left out ${counted(data.count ?? 1, 'time')}`,
    ...because(data.because),
    '.',
  ],
  'schedule.refused': ({ data }) => [
    'The schedule ',
    schedule(data),
    ' could not submit its task',
    ...because(data.because),
    '.',
  ],
  'trigger.created': ({ data }) => ['The trigger ', trigger(data), ' was made.'],
  'trigger.changed': ({ data }) => ['The trigger ', trigger(data), ' was changed.'],
  'trigger.removed': ({ data }) => ['The trigger ', trigger(data), ' was removed.'],
  'trigger.paused': ({ data }) => ['The trigger ', trigger(data), ' rests from now on.'],
  'trigger.resumed': (event) => sentence(by(event), ' let the trigger ', trigger(event.data), ' go on.'),
  'trigger.fired': ({ data }) => [
    'The trigger ',
    trigger(data),
    ' submitted a task',
    ...about(data.about),
    '.',
  ],
  'trigger.refused': ({ data }) => [
    'The trigger ',
    trigger(data),
    ' submitted nothing',
    ...because(data.because),
    '.',
  ],
} satisfies Partial<Record<EventType, Say>>;
