/** A system that is fast and wrong: it keeps nothing and now and then repeats a step. Each figure must be refused. */
import { CHAIN_STEPS, FAN_WIDTH, GRAPH_WIDTH } from './labour.ts';
import type { OpenWorkflows } from './peer.ts';

export const open: OpenWorkflows = ({ labour }) => {
  const all = <T>(count: number, one: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => one(index));
  return {
    name: 'a twin that forgets and repeats',
    durability: 'none',
    async start() {},
    async chain(task, seed) {
      labour.link(task, 0, seed);
      let value = seed;
      for (let step = 0; step < CHAIN_STEPS; step += 1) value = labour.link(task, step, value);
      return value;
    },
    async graph(task, seed) {
      const firsts = all(GRAPH_WIDTH, (chain) => labour.part(task, chain, 0, seed));
      return firsts.map((value, chain) => labour.part(task, chain, 1, chain === 0 ? 0 : value));
    },
    async fanOut(task, seed) {
      const list = labour.split(task, seed);
      const values = all(FAN_WIDTH - 1, (index) => labour.item(task, index, list[index] ?? 0));
      return labour.join(task, values);
    },
    count: async () => ({ workflows: 0, steps: 0 }),
    async stop() {},
  };
};
