import type { ExecutorPort } from '../../agents/executor.ts';

const PREFIX = 'deaf:';

/**
 * An executor that acknowledges requests of some kinds without handling them, for the proof that somebody would notice
 * (`CADRE_FAULTS=deaf:ping`). Without such a fault it is the executor itself.
 */
export function deafen(port: ExecutorPort, faults: readonly string[]): ExecutorPort {
  const kinds = faults.filter((fault) => fault.startsWith(PREFIX)).map((fault) => fault.slice(PREFIX.length));
  if (kinds.length === 0) return port;
  return {
    ...port,
    async receive(executor, delivery, signal) {
      const kind = delivery.message.payload.requestType;
      if (typeof kind === 'string' && kinds.includes(kind)) return {};
      return port.receive(executor, delivery, signal);
    },
  };
}
