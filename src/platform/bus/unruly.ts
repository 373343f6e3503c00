import type { Random } from '../kernel/random.ts';
import type { Bus } from './bus.ts';

/** Longest delay of a delivery (ms). */
const LATE_MS = 40;

/**
 * A bus that delivers every hint twice, each time up to 40 ms late and so out of turn. For the proof that nothing but
 * latency depends on the bus (`CADRE_FAULTS=unruly-bus`, promise P6).
 */
export function createUnrulyBus(bus: Bus, random: Random): Bus {
  return {
    hint: bus.hint,
    on(topic, listener) {
      let listens = true;
      const deliver = () => {
        if (listens) listener();
      };
      const off = bus.on(topic, () => {
        for (let delivery = 0; delivery < 2; delivery += 1) setTimeout(deliver, random() * LATE_MS).unref();
      });
      return () => {
        listens = false;
        off();
      };
    },
    close: bus.close,
  };
}
