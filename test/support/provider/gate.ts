import type { ModelOrder } from '../../../src/models/call.ts';
import { createModels, type GateNeeds } from '../../../src/models/gate.ts';
import type { ConnectedModel } from '../../../src/models/registry.ts';
import { systemClock } from '../../../src/platform/kernel/clock.ts';
import { silentLog } from '../../../src/platform/kernel/log.ts';
import { createOutbound } from '../../../src/platform/kernel/outbound.ts';
import { notingLedger } from './ledger.ts';

/** The real gate before these models, with a ledger that notes what it is told. */
export function testGate(
  models: ConnectedModel[],
  more: Partial<GateNeeds> & { capUsd?: number; pressure?: number } = {},
) {
  const { ledger, entries } = notingLedger(more);
  const health: Array<{ providerId: string; isUp: boolean; because: string }> = [];
  let calls = 0;
  const gate = createModels({
    registry: {
      models: async () => models,
      async noteHealth(_tenantId, providerId, said) {
        health.push({ providerId, ...said });
      },
    },
    ledger,
    rules: async () => [],
    outbound: createOutbound(['127.0.0.1']),
    clock: systemClock,
    random: () => 0.5,
    log: silentLog,
    ...more,
  });
  /** One call of a turn of its own. */
  const call = (order: Partial<ModelOrder> = {}, signal = new AbortController().signal) => {
    calls += 1;
    return gate.call({ ...orderOf(`turn-${calls}`), ...order }, signal);
  };
  return { gate, call, entries, health };
}

/** A plain order. */
export const orderOf = (turn: string): ModelOrder => ({
  bill: {
    tenantId: 'tenant',
    rootId: 'root',
    taskId: 'task',
    agentId: 'agent',
    runId: 'run',
    turn,
    purpose: 'work',
  },
  model: null,
  taskType: 'analysis',
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'What is there to see from here?' }] }],
  maxOutputTokens: 200,
});
