import { expect, test } from 'vitest';
import { seededRandom } from '../kernel/random.ts';
import type { Topic } from './bus.ts';
import { createLocalBus } from './local.ts';
import { createUnrulyBus } from './unruly.ts';

const TOPICS: readonly Topic[] = ['runs', 'events', 'control'];

test('every delivery comes twice, late and out of turn, and none after the listener left', async () => {
  const bus = createUnrulyBus(createLocalBus(), seededRandom(2));
  const heard: Topic[] = [];
  const offs = TOPICS.map((topic) => bus.on(topic, () => heard.push(topic)));
  for (const topic of TOPICS) bus.hint(topic);
  expect(heard).toEqual([]); // late
  await expect.poll(() => heard.length).toBe(6);
  expect(heard.toSorted()).toEqual(['control', 'control', 'events', 'events', 'runs', 'runs']);
  expect(heard).not.toEqual(TOPICS.flatMap((topic) => [topic, topic]));
  for (const off of offs) off();
  bus.hint('runs');
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(heard).toHaveLength(6);
  await bus.close();
});

test('twin: the bus it stands on delivers once, at once and in turn', () => {
  const bus = createLocalBus();
  const heard: Topic[] = [];
  for (const topic of TOPICS) bus.on(topic, () => heard.push(topic));
  for (const topic of TOPICS) bus.hint(topic);
  expect(heard).toEqual(TOPICS);
});
