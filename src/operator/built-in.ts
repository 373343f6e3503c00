import { z } from 'zod';
import type { Delivery, Receipt } from '../agents/executor.ts';
import { COLLABORATE } from '../coordination/collaboration/collaboration.ts';
import { OPTIMIZE } from '../coordination/search/optimization.ts';
import { optionOf, SOLVE_REQUEST } from '../coordination/solving/answer.ts';
import { stanceOf, VOTE_REQUEST } from '../coordination/votes/vote.ts';
import type { MessageType } from '../messages/message.ts';
import { knowledgeSchema, payloadSchemas } from '../messages/payloads.ts';
import type { EventLog } from '../platform/events/events.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Runs } from '../platform/runs/runs.ts';
import { selectAgent } from '../platform/store/agents.ts';
import { insertNote } from '../platform/store/notes.ts';
import type { Store } from '../platform/store/transaction.ts';
import type { PerformNeeds } from './perform.ts';
import { collaborate } from './requests/collaborate.ts';
import { beginSearch } from './requests/optimize.ts';

/** What the built-in handlers need. */
export interface BuiltInNeeds extends PerformNeeds {
  store: Store;
  events: EventLog;
  runs: Runs;
  /** What sort of document a text is. */
  classify(text: string): Promise<{ name: string; confidence: number }>;
}

/** What tells something and asks for nothing: it is taken notice of. */
const NOTICES: readonly MessageType[] = [
  'status_update',
  'coordination_response',
  'capability_response',
  'heartbeat',
  'error_report',
];

/** How much the stated confidence weighs against measured tasks (FEATURES SC-1). */
const PRIOR_TASKS = 4;

/**
 * How agents with built-in skills answer messages (FEATURES CO-5): ping, capability inquiry, shared knowledge, votes,
 * work together with others, and searches for good parameters.
 * @throws CadreError `message/no-handler` for everything else, `message/payload-invalid`
 */
export async function receiveBuiltIn(
  needs: BuiltInNeeds,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Receipt> {
  const { message } = delivery;
  if (NOTICES.includes(message.type)) return { result: { noted: true } };
  if (message.type === 'capability_inquiry') return answerInquiry(needs, delivery);
  if (message.type === 'coordination_request') {
    const { requestType, data } = payloadSchemas.coordination_request.parse(message.payload);
    if (requestType === 'ping') return answerPing(needs, delivery);
    if (requestType === 'share_knowledge') return keepKnowledge(needs, delivery, data);
    if (requestType === VOTE_REQUEST) return answerVote(delivery, data);
    if (requestType === COLLABORATE) return collaborate(needs, delivery, data, signal);
    if (requestType === OPTIMIZE) return beginSearch(needs, delivery, data);
    if (requestType === SOLVE_REQUEST) return answerQuestion(needs, delivery, data);
    throw new CadreError('message/no-handler', {
      agent: delivery.agentName,
      what: `requests of the kind "${requestType}"`,
    });
  }
  throw new CadreError('message/no-handler', {
    agent: delivery.agentName,
    what: `messages of the type ${message.type}`,
  });
}

function answerPing({ clock }: BuiltInNeeds, { agentId, agentName }: Delivery): Receipt {
  const data = { pong: true, agentId, name: agentName, at: toRfc3339(clock.nowMs()) };
  return { result: { pong: true }, reply: { payload: { requestType: 'ping', data } } };
}

async function answerInquiry({ store }: BuiltInNeeds, delivery: Delivery): Promise<Receipt> {
  const { requiredCapabilities } = payloadSchemas.capability_inquiry.parse(delivery.message.payload);
  const agent = await store.read(delivery.tenantId, (tx) => selectAgent(tx, delivery.agentId));
  if (!agent) throw new CadreError('agent/not-found', { id: delivery.agentId });
  const offered = delivery.spec.capabilities.filter(
    ({ name }) => requiredCapabilities.length === 0 || requiredCapabilities.includes(name),
  );
  const tasks = agent.succeeded + agent.failed;
  const measured = (stated: number) =>
    Math.round(((stated * PRIOR_TASKS + agent.succeeded) / (PRIOR_TASKS + tasks)) * 1_000) / 1_000;
  const inFlight = Number(agent.in_flight);
  const rounds = Math.floor(inFlight / delivery.spec.maxConcurrent);
  return {
    result: { offered: offered.length },
    reply: {
      payload: {
        availableCapabilities: offered.map(({ name }) => name),
        confidence: Object.fromEntries(offered.map(({ name, confidence }) => [name, measured(confidence)])),
        currentLoad: Math.min(1, inFlight / delivery.spec.maxConcurrent),
        estimatedAvailabilityMs: Math.round(rounds * agent.average_ms),
      },
    },
  };
}

/** A built-in agent votes for its stance, or abstains: it has no judgement of its own. */
function answerVote({ spec }: Delivery, data: Record<string, unknown>): Receipt {
  const { rule, options } = askedSchema.parse(data);
  const choice = stanceOf(spec.metadata, rule, options);
  const note = choice.length > 0 ? 'As its spec says.' : 'It abstains: its spec gives no stance.';
  return {
    result: { choice },
    reply: { payload: { requestType: VOTE_REQUEST, data: { choice, note } } },
  };
}

/**
 * A built-in agent answers a question by its stance, or, where it reads documents, when the question is which sort of
 * document a text is (`input.text`). Anything else it leaves to others, and says so.
 */
async function answerQuestion(
  { classify }: BuiltInNeeds,
  { spec }: Delivery,
  data: Record<string, unknown>,
): Promise<Receipt> {
  const { options, input } = questionSchema.parse(data);
  const reply = (said: Record<string, unknown>): Receipt => ({
    result: { answer: said.answer },
    reply: { payload: { requestType: SOLVE_REQUEST, data: said } },
  });
  const [stance] = stanceOf(spec.metadata, 'majority', options);
  if (stance !== undefined) return reply({ answer: stance, evidence: 'As its spec says.', costUsd: 0 });
  const canClassify = spec.capabilities.some(({ name }) => name === 'documents.analyze');
  if (canClassify && options.length > 0 && typeof input.text === 'string' && input.text.trim() !== '') {
    const { name, confidence } = await classify(input.text);
    const answer = optionOf(name, options);
    if (answer !== undefined && name !== 'other')
      return reply({ answer, confidence, evidence: `Its rules read the text as: ${name}.`, costUsd: 0 });
  }
  return reply({
    answer: null,
    evidence: 'It abstains: no built-in skill answers this, and its spec gives no stance.',
  });
}

const questionSchema = z.object({
  options: z
    .array(z.string())
    .nullish()
    .transform((options) => options ?? []),
  input: z.record(z.string(), z.unknown()).default({}),
});

const askedSchema = z.object({
  rule: z.string().default('majority'),
  options: z.array(z.string()).default([]),
});

function keepKnowledge({ events }: BuiltInNeeds, delivery: Delivery, data: unknown): Receipt {
  const parsed = knowledgeSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CadreError('message/payload-invalid', {
      type: 'coordination_request',
      detail: `data.${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
    });
  }
  const { kind, subject, content } = parsed.data;
  const { message, agentId } = delivery;
  const id = newId();
  return {
    result: { noteId: id },
    reply: {
      payload: { requestType: 'share_knowledge', data: { received: true, storedBy: agentId, noteId: id } },
    },
    async effect(tx) {
      await insertNote(tx, {
        id,
        agent_id: agentId,
        from_id: message.senderId,
        message_id: message.id,
        kind,
        subject,
        data: JSON.stringify(content),
      });
      await events.append(tx, [
        {
          tenantId: tx.tenantId,
          type: 'note.kept',
          agentId,
          data: { noteId: id, from: message.senderId, kind, subject, messageId: message.id },
        },
      ]);
    },
  };
}
