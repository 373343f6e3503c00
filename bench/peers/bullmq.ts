/**
 * BullMQ on Redis: a task is a job whose processor stores every step's result with `job.updateData`, the pattern its
 * documentation names for jobs of several steps. Subtasks are children of a chief that waits for them.
 */
import { FlowProducer, type Job, Queue, WaitingChildrenError, Worker } from 'bullmq';
import { type Peer, type PeerContext, timeEach, withLimit } from '../lib/peer.ts';

interface TaskData {
  steps: number;
  results: Array<{ step: number; said: string }>;
}
interface ChiefData {
  width: number;
  depth: number;
  planned: boolean;
}

/** A job for one part of a chief's plan, with the part it depends on as its child. */
const partOf = (
  name: string,
  level: number,
): { name: string; queueName: string; data: object; children?: never[] } => ({
  name: `${name}-${level}`,
  queueName: 'subtasks',
  data: {},
  ...(level > 0 ? { children: [partOf(name, level - 1)] as never[] } : {}),
});

export const open = (context: PeerContext): Peer => {
  const { work } = context;
  const connection = { host: '127.0.0.1', port: context.redisPort, maxRetriesPerRequest: null };
  const prefix = `bench${process.pid}`;
  const options = { connection, prefix };
  const waiting = new Map<string, () => void>();
  const finished = (kind: string, id: string) =>
    new Promise<void>((resolve) => {
      waiting.set(`${kind}:${id}`, resolve);
    });
  const settled = (kind: string) => (job: Job | undefined) => {
    if (job?.id) waiting.get(`${kind}:${job.id}`)?.();
  };
  const tasks = new Queue<TaskData>('tasks', options);
  const subtasks = new Queue('subtasks', options);
  const chiefs = new Queue<ChiefData>('chiefs', options);
  const flow = new FlowProducer(options);
  const workers: Worker[] = [];
  let submitted = 0;

  const workTask = async (job: Job<TaskData>) => {
    const results = [...job.data.results];
    while (results.length < job.data.steps) {
      results.push(work(job.id!, results.length));
      await job.updateData({ steps: job.data.steps, results });
    }
    return results.length;
  };
  const workSubtask = async (job: Job) => work(job.id!, 0);
  const workChief = async (job: Job<ChiefData>, token?: string) => {
    const { width, depth } = job.data;
    if (!job.data.planned) {
      const parent = { id: job.id!, queue: job.queueQualifiedName };
      await flow.addBulk(
        Array.from({ length: width }, (_, index) => ({
          ...partOf(`${job.id}-${index}`, depth - 1),
          opts: { parent },
        })),
      );
      await job.updateData({ ...job.data, planned: true });
    }
    if (await job.moveToWaitingChildren(token!)) throw new WaitingChildrenError();
    return width * depth;
  };
  const runChief = async (width: number, depth: number) => {
    submitted += 1;
    const jobId = `chief-${submitted}`;
    const done = finished('chief', jobId);
    await chiefs.add('chief', { width, depth, planned: false }, { jobId });
    await done;
  };

  return {
    name: 'BullMQ on Redis',
    durability: 'fsync before the answer (appendonly, appendfsync always, a redis-server of its own)',
    async start() {
      const taskWorker = new Worker<TaskData>('tasks', workTask, {
        ...options,
        concurrency: context.inFlight,
      });
      const subtaskWorker = new Worker('subtasks', workSubtask, { ...options, concurrency: 64 });
      const chiefWorker = new Worker<ChiefData>('chiefs', workChief, { ...options, concurrency: 4 });
      taskWorker.on('completed', settled('task'));
      chiefWorker.on('completed', settled('chief'));
      workers.push(taskWorker, subtaskWorker, chiefWorker);
      for (const worker of workers) {
        worker.on('error', (error) => console.error(error));
        await worker.waitUntilReady();
      }
    },
    async runSteps(request) {
      await withLimit(request.tasks, request.inFlight, async () => {
        submitted += 1;
        const jobId = `task-${submitted}`;
        const done = finished('task', jobId);
        await tasks.add('task', { steps: request.steps, results: [] }, { jobId });
        await done;
      });
    },
    graph: ({ width, depth, repeats }) => timeEach(repeats, () => runChief(width, depth)),
    fanOut: ({ width, repeats }) => timeEach(repeats, () => runChief(width, 1)),
    async count() {
      const completed = await tasks.getCompleted(0, -1);
      return {
        tasks: completed.length,
        steps: completed.reduce((sum, job) => sum + job.data.results.length, 0),
        subtasks: (await subtasks.getJobCounts('completed')).completed ?? 0,
        chiefs: (await chiefs.getJobCounts('completed')).completed ?? 0,
      };
    },
    async stop() {
      for (const worker of workers) await worker.close();
      for (const queue of [tasks, subtasks, chiefs]) {
        await queue.obliterate({ force: true });
        await queue.close();
      }
      await flow.close();
    },
  };
};
