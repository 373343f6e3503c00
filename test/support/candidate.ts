import { lead } from '../../src/coordination/teams/lead.ts';
import { rosterOf } from '../../src/coordination/teams/roster.ts';
import { createLocalBus } from '../../src/platform/bus/local.ts';
import { createEventLog } from '../../src/platform/events/events.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { openDatabase } from '../../src/platform/store/database.ts';

// A process that wants to lead: node candidate.ts <databaseUrl> <tenantId> <teamId> <agentId> <leaseMs>. It says
// `term <n>` when it leads and `lost <n>` when its term is over, and renews three times per lease.
const [databaseUrl = '', tenantId = '', teamId = '', agent = '', lease = '1000'] = process.argv.slice(2);
const leaseMs = Number(lease);
const store = await openDatabase({ databaseUrl, poolSize: 2 });
const events = createEventLog(store, createLocalBus());
let term: number | undefined;
for (;;) {
  try {
    const held = await store.write(tenantId, async (tx) =>
      lead(tx, { events }, await rosterOf(tx, teamId), { agent, term, leaseMs }),
    );
    if (term === undefined) process.stdout.write(`term ${held.term}\n`);
    term = held.term;
  } catch (error) {
    if (!(error instanceof CadreError)) throw error;
    if (term !== undefined) process.stdout.write(`lost ${term}\n`);
    term = undefined;
  }
  await new Promise((resolve) => setTimeout(resolve, leaseMs / 3));
}
