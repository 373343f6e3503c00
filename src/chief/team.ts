import { type AgentSpec, agentSpecSchema } from '../agents/agent.ts';
import { createAgent } from '../agents/create.ts';
import type { ExecutorPorts } from '../agents/executor.ts';
import { validateAgent } from '../agents/validate.ts';
import type { EventLog } from '../platform/events/events.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { selectTenantsWithoutChief } from '../platform/store/agents.ts';
import type { Store } from '../platform/store/transaction.ts';
import { BUILT_IN_CAPABILITIES } from '../tasks/plan.ts';

/** A parser that hangs is stopped by then; a large pdf is read long before. */
const READ_TIMEOUT_MS = 60_000;
const SKILL_TIMEOUT_MS = 120_000;
/** Plans are short; a burst of goals should not queue behind one another. */
const CHIEF_PLACES = 16;

/**
 * The keyless team (DESIGN section 6): built-in skills, no language model. Two readers and two analysts, because
 * documents are read and analyzed in parallel and each agent does one thing at a time.
 */
export const KEYLESS_TEAM: AgentSpec[] = [
  {
    name: 'Chief of Staff',
    role: 'chief',
    description: 'Plans, delegates and concludes.',
    capabilities: [],
    maxConcurrent: CHIEF_PLACES,
    timeoutMs: 30_000,
  },
  ...['Reader 1', 'Reader 2'].map((name) =>
    member(name, 'Reads documents into text with positions.', 'reader', READ_TIMEOUT_MS),
  ),
  ...['Analyst 1', 'Analyst 2'].map((name) =>
    member(
      name,
      'Finds language, kind, people, places, dates and amounts; computes over tables.',
      'analyst',
      SKILL_TIMEOUT_MS,
    ),
  ),
  member(
    'Researcher',
    'Answers from the documents with passages, links what belongs together, finds contradictions.',
    'researcher',
    SKILL_TIMEOUT_MS,
  ),
  member('Writer', 'Writes briefs and reports in which every sentence is cited.', 'writer', SKILL_TIMEOUT_MS),
  member(
    'Verifier',
    'Checks every claim against its source. It did not do the work.',
    'verifier',
    SKILL_TIMEOUT_MS,
  ),
].map((spec) => agentSpecSchema.parse({ executor: { kind: 'local' }, ...spec }));

function member(
  name: string,
  description: string,
  skills: keyof typeof BUILT_IN_CAPABILITIES,
  timeoutMs: number,
) {
  const capabilities = BUILT_IN_CAPABILITIES[skills].map((capability) => ({
    name: capability,
    confidence: 0.8,
  }));
  return { name, role: 'operator', description, capabilities, timeoutMs };
}

/** Gives every tenant without a chief the keyless team; each member passes the bootstrap check before it works. */
export async function settleTeams(needs: {
  store: Store;
  events: EventLog;
  clock: Clock;
  executors: ExecutorPorts;
}): Promise<void> {
  const { store } = needs;
  for (const tenantId of await store.readAll(selectTenantsWithoutChief)) {
    const ids = await addTeam(needs, tenantId);
    const signal = new AbortController().signal;
    await Promise.all(ids.map((id) => validateAgent(needs, tenantId, id, signal)));
  }
}

/** Adds the team at once or not at all; nothing when another process was faster. */
async function addTeam(needs: { store: Store; events: EventLog }, tenantId: string): Promise<string[]> {
  try {
    return await needs.store.write(tenantId, async (tx) => {
      const ids: string[] = [];
      for (const spec of KEYLESS_TEAM) ids.push(await createAgent(tx, needs, spec));
      return ids;
    });
  } catch (error) {
    if (error instanceof CadreError && error.code === 'agent/exists') return [];
    throw error;
  }
}
