import { EventEmitter } from 'node:events';
import type { Bus } from './bus.ts';

/** Hints inside one process. */
export function createLocalBus(): Bus {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    hint: (topic) => void emitter.emit(topic),
    on(topic, listener) {
      emitter.on(topic, listener);
      return () => emitter.off(topic, listener);
    },
    async close() {
      emitter.removeAllListeners();
    },
  };
}
