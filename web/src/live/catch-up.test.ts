import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import type { CadreEvent, Task } from '../api/models.ts';
import { catchUp } from './catch-up.ts';

const KEY = ['task', 't'];
const step = (status: string) => ({ id: 's', rootId: 't', status, startedAt: null, completedAt: null });
const taskWith = (status: string, ofStep: string) =>
  ({ id: 't', rootId: 't', status, subtasks: [step(ofStep)], progress: null }) as unknown as Task; // what is read of it
const event = (type: string, taskId: string, data: object = {}) =>
  ({
    type,
    taskId,
    rootId: 't',
    agentId: null,
    at: '2026-01-01T00:00:01.000Z',
    data,
  }) as unknown as CadreEvent;
const settled = event('task.settled', 's', { status: 'completed' });
const statusOfStep = (client: QueryClient) => client.getQueryData<Task>(KEY)?.subtasks[0]?.status;
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A question whose answers the test gives. */
function asked() {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const answers: Array<(task: Task) => void> = [];
  const observe = () =>
    client.fetchQuery({
      queryKey: KEY,
      queryFn: () => new Promise<Task>((give) => answers.push(give)),
      staleTime: 0,
    });
  return { client, answers, observe };
}

test('an answer that is older than the events before it does not undo them', async () => {
  const { client, answers, observe } = asked();
  const caught = catchUp(client);
  const first = observe();
  caught.heard([settled]);
  answers[0]?.(taskWith('waiting', 'running'));
  await first;
  await settle();
  expect(statusOfStep(client)).toBe('completed');

  // Without it the older answer wins: what the test sees is its doing.
  caught.stop();
  const second = observe();
  caught.heard([settled]);
  answers[1]?.(taskWith('waiting', 'running'));
  await second;
  await settle();
  expect(statusOfStep(client)).toBe('running');
});

test('events from before the question are not applied to its answer', async () => {
  const { client, answers, observe } = asked();
  const caught = catchUp(client);
  caught.heard([settled]);
  const first = observe();
  answers[0]?.(taskWith('waiting', 'running')); // retried meanwhile
  await first;
  await settle();
  expect(statusOfStep(client)).toBe('running');
});

test('what was asked for before the stream stood is asked for once more, unless it is over', async () => {
  const { client, answers, observe } = asked();
  const caught = catchUp(client);
  const first = observe();
  caught.opened();
  answers[0]?.(taskWith('waiting', 'running'));
  await first;
  await settle();
  expect(client.getQueryState(KEY)?.isInvalidated).toBe(true);

  const second = observe();
  answers[1]?.(taskWith('completed', 'completed'));
  await second;
  await settle();
  caught.opened();
  expect(client.getQueryState(KEY)?.isInvalidated).toBe(false);
});

test('what a task took is asked for again after its end, also while its last answer is on its way', async () => {
  const { client, answers, observe } = asked();
  const caught = catchUp(client);
  const ended = (real: object | null) =>
    ({ ...taskWith('completed', 'completed'), estimate: { real } }) as unknown as Task; // as above
  const first = observe();
  caught.heard([event('usage.compared', 't')]);
  answers[0]?.(ended(null));
  await first;
  await settle();
  expect(client.getQueryState(KEY)?.isInvalidated).toBe(true);

  const second = observe();
  caught.heard([event('usage.compared', 't')]);
  answers[1]?.(ended({}));
  await second;
  await settle();
  expect(client.getQueryState(KEY)?.isInvalidated).toBe(false);
});

test('what events make old while its first answer is awaited is asked for again after it, and only then', async () => {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const caught = catchUp(client);
  const dead = { ...event('message.dead', 'x', { messageId: 'm', to: 'a' }), taskId: null } as CadreEvent;
  const ask = async (queryKey: string[], meanwhile: CadreEvent[]) => {
    let give = (_: string) => {};
    const asked = client.fetchQuery({
      queryKey,
      queryFn: () => new Promise<string>((resolve) => (give = resolve)),
      staleTime: 0,
    });
    caught.heard(meanwhile);
    void client.invalidateQueries({ queryKey }); // in vain while nothing was answered yet: the same question stands
    give('as it was');
    await asked;
    await settle();
    return client.getQueryState(queryKey)?.isInvalidated;
  };
  expect(await ask(['message', 'm'], [dead])).toBe(true);
  expect(await ask(['message', 'another'], [dead])).toBe(false);
  expect(await ask(['dead', 'a'], [])).toBe(false);
  caught.stop();
  expect(await ask(['dead', 'a'], [dead])).toBe(false); // without it nobody asks again
});
