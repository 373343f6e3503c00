import type { WorkOrder } from '../agents/executor.ts';
import type { Children } from '../platform/kernel/child.ts';
import { type Clock, toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { BUILT_IN_CAPABILITIES } from '../tasks/plan.ts';
import type { Material, SkillRequest } from './skills/skill.ts';

/** The documents room, as the built-in skills use it. */
export interface DocumentDesk {
  /** Parses a file in a child and keeps the text; a text kept before is used again. Answers a short summary. */
  read(tenantId: string, fileId: string, signal: AbortSignal): Promise<unknown>;
  /** Finds language, class, entities and phrases of a text that was read, and keeps them. Answers a summary. */
  analyze(tenantId: string, fileId: string, signal: AbortSignal): Promise<unknown>;
  /** What sort of document a text is, found in a child. */
  classify(text: string, signal: AbortSignal): Promise<{ name: string; confidence: number }>;
  /** What was read and analyzed of the files, and what of them could not be. */
  load(
    tenantId: string,
    fileIds: string[],
  ): Promise<{ materials: Material[]; unreadable: Array<{ fileId: string; name: string; detail: string }> }>;
}

const MODULE = new URL('./skills/host.ts', import.meta.url).href;
/** Capabilities that agents with built-in skills can have. */
export const SKILLS: ReadonlySet<string> = new Set(Object.values(BUILT_IN_CAPABILITIES).flat());

/** What carrying out a built-in skill needs. */
export interface PerformNeeds {
  children: Children;
  documents: DocumentDesk;
  clock: Clock;
}

/** Files that come with a message of a chat were read by no step before. What was read is not read again. */
export async function readForChat(
  { documents }: Pick<PerformNeeds, 'documents'>,
  { type, tenantId, files }: WorkOrder,
  signal: AbortSignal,
): Promise<void> {
  if (type !== 'chat') return;
  for (const fileId of files) {
    // One that cannot be read is named with the others that could.
    const isRead = await documents.read(tenantId, fileId, signal).then(
      () => true,
      () => false,
    );
    signal.throwIfAborted();
    if (isRead) await documents.analyze(tenantId, fileId, signal).catch(() => undefined);
  }
}

/**
 * Carries out the skill that an order names, in a child process. @throws CadreError `agent/skill-unknown`,
 * `file/unreadable`, and what the skill throws
 */
export async function perform(needs: PerformNeeds, order: WorkOrder, signal: AbortSignal): Promise<unknown> {
  const { documents } = needs;
  const capability = order.capability ?? order.type;
  const [fileId] = order.files;
  if (capability === 'documents.read' && fileId) return documents.read(order.tenantId, fileId, signal);
  if (capability === 'documents.analyze' && fileId) return documents.analyze(order.tenantId, fileId, signal);
  if (!SKILLS.has(capability)) throw new CadreError('agent/skill-unknown', { name: capability });
  await readForChat(needs, order, signal);
  const { materials, unreadable } = await documents.load(order.tenantId, order.files);
  if (materials.length === 0 && unreadable[0]) {
    throw new CadreError('file/unreadable', { name: unreadable[0].name, detail: unreadable[0].detail });
  }
  const request: SkillRequest = {
    goal: order.goal,
    input: unreadable.length > 0 ? { ...order.input, unreadable } : order.input,
    materials,
    results: order.context.results,
    today: toRfc3339(needs.clock.nowMs()).slice(0, 10),
  };
  return needs.children.run({
    module: MODULE,
    name: 'runSkill',
    args: { capability, request },
    timeoutMs: order.timeoutMs,
    signal,
  });
}
