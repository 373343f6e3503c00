import { z } from 'zod';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import type { SettleNeeds } from '../tasks/settle.ts';
import type { SubmitNeeds } from '../tasks/submit.ts';
import { forkTask } from './fork.ts';

type Needs = SubmitNeeds & SettleNeeds;

/** What people can do to change what workflows and their tasks do. */
export const changeOperations = [
  operation({
    name: 'tasks.fork',
    summary:
      'Makes a new task that takes over what a task had done and begins at a step of its workflow, with other input if given.',
    route: { method: 'POST', path: '/tasks/{id}/fork', status: 202 },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({
      from: z.string().min(1).max(500).describe('Path of a step, such as `load` or `each[3].pack`.'),
      input: z.record(z.string(), z.json()).optional(),
    }),
    output: z.object({ id: z.string(), url: z.string(), eventsUrl: z.string() }),
    example: { id: someId, from: 'pack' },
    async run(needs: Needs, caller, input) {
      const id = await forkTask(needs, caller, input);
      return { id, url: `/api/v1/tasks/${id}`, eventsUrl: `/api/v1/tasks/${id}/events` };
    },
  }),
];
