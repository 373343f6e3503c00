/** Our loop and our gate, with turns and the ledger in memory: what the loop itself takes. */

import { z } from 'zod';
import type { Ledger } from '../../src/models/ledger.ts';
import { boundaryOf, labelled } from '../../src/operator/loop/label.ts';
import { runLoop } from '../../src/operator/loop/loop.ts';
import { tool } from '../../src/operator/tools/tool.ts';
import { systemClock } from '../../src/platform/kernel/clock.ts';
import { memoryTurns } from '../../test/support/loop.ts';
import { testGate } from '../../test/support/provider/gate.ts';
import { connectedModel } from '../../test/support/provider/model.ts';
import { GOAL, INSTRUCTIONS, type OpenPeer } from './peer.ts';
import { TOOL_RESULT, WORKLOADS } from './workloads.ts';

/** Takes every reservation and remembers nothing. */
const ledger: Ledger = {
  reserve: async () => 'reserved',
  settle: async () => {},
  release: async () => {},
  charge: async () => {},
  book: async () => {},
  pressure: async () => 0,
};

export const open: OpenPeer = async ({ url }) => {
  const models = WORKLOADS.map(({ model }) => connectedModel({ url, googleUrl: url }, { name: model }));
  const { gate } = testGate(models, { ledger });
  const signal = new AbortController().signal;
  return {
    name: 'Cadre, the loop alone',
    durability: 'nothing',
    async run(model) {
      let toolCalls = 0;
      const search = tool({
        name: 'files.search',
        description: 'Finds passages.',
        effect: 'read',
        input: z.strictObject({ question: z.string() }),
        run: async () => {
          toolCalls += 1;
          return TOOL_RESULT;
        },
      });
      const end = await runLoop(
        { call: gate.call, turns: memoryTurns(), signal, nowMs: systemClock.nowMs, say: () => {} },
        {
          bill: { tenantId: 't', rootId: 'r', taskId: 'r', agentId: 'a', runId: 'run', purpose: 'work' },
          model: `scripted/${model}`,
          taskType: 'work',
          system: INSTRUCTIONS,
          opening: () => GOAL,
          label: (source, text) => labelled(boundaryOf('run'), source, text),
          tools: [search],
          wanted: { doneCriteria: [], outputSchema: null },
          maxTurns: 100,
          maxOutputTokens: 4_000,
          contextTokens: 32_000,
          deadlineMs: null,
        },
      );
      return { said: end.isDone ? `${end.output}` : end.error.message, toolCalls };
    },
    async close() {},
  };
};
