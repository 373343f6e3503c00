import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Door } from './selection.ts';

/** The public operations of a house in this process: the quick form of the proof. */
export function inProcess(dialect: 'sqlite' | 'postgres'): Door {
  let home: TestHouse | undefined;
  const open = () => {
    if (!home) throw new Error('the door is not open');
    return home;
  };
  return {
    async open(hosts) {
      const env = {
        CADRE_ALLOW_HOSTS: hosts.join(','),
        CADRE_ENERGY_FAST_MS: '20',
        CADRE_ENERGY_MEDIUM_MS: '50',
      };
      home = await openTestHouse({ dialect, env });
    },
    call: (operation, input) => open().call(operation, input),
    run: (submission) => open().run({ ...submission }),
    async close() {
      await home?.close();
    },
  };
}
