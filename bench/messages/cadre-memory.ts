import { mkdtempSync, rmSync } from 'node:fs';
import { openDatabase } from '../../src/platform/store/database.ts';
import { createCadre } from './cadre.ts';
import type { OpenMailbox } from './peer.ts';

/** The same store, order, leases and receipts, on a file system in memory: what the disk costs. Linux only. */
export const open: OpenMailbox = (context) => {
  const folder = mkdtempSync('/dev/shm/cadre-bench-');
  const cadre = createCadre(context, {
    name: 'Cadre on SQLite in memory',
    durability: 'nothing (tmpfs)',
    open: () => openDatabase({ folder }),
  });
  return {
    ...cadre,
    async stop() {
      await cadre.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
