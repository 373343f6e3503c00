import type { JSONSchema7 } from '@ai-sdk/provider';
import { z } from 'zod';
import type { Delivery, ExecutorPort, Receipt } from '../../agents/executor.ts';
import type { ModelExecutorSpec } from '../../agents/model-executor.ts';
import { COLLABORATE } from '../../coordination/collaboration/collaboration.ts';
import { SOLVE_REQUEST } from '../../coordination/solving/answer.ts';
import { stanceOf, VOTE_REQUEST } from '../../coordination/votes/vote.ts';
import { payloadSchemas } from '../../messages/payloads.ts';
import type { ModelAnswer, Models } from '../../models/call.ts';
import type { Ledger } from '../../models/ledger.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { messageOf, parseJson } from '../../platform/kernel/json.ts';
import { aboutData, boundaryOf, labelled } from '../loop/label.ts';
import { charactersFor, clipMiddle } from '../loop/tokens.ts';
import { ASK_REQUEST } from '../turns.ts';

export interface MessageNeeds {
  models: Models;
  ledger: Pick<Ledger, 'settle'>;
  /** Answers what needs no judgement, as agents with built-in skills do. */
  builtIn: ExecutorPort['receive'];
}

/** What of the context a request may take; the rest of a message is small. */
const REQUEST_SHARE = 0.6;
const MAX_ANSWER_TOKENS = 2_048;

/** Requests that need judgement: what the model is told of each, and the form of its answer. */
const REQUESTS: Record<string, { say: string; schema: z.ZodType }> = {
  [ASK_REQUEST]: {
    say: 'Another agent asks you something. Answer it in words; say so when you do not know.',
    schema: z.object({ text: z.string() }),
  },
  [SOLVE_REQUEST]: {
    say: 'Several agents are asked the same question. Answer it by yourself: one of the options where there are any, else a short text. answer is null when you cannot know. evidence says why.',
    schema: z.object({
      answer: z.string().nullable(),
      confidence: z.number().min(0).max(1),
      evidence: z.string(),
    }),
  },
  [COLLABORATE]: {
    say: 'Several agents work on one goal. Give your part, with what the others contributed before you.',
    schema: z.object({ output: z.string() }),
  },
  [VOTE_REQUEST]: {
    say: 'A vote is held. choice holds the options you vote for, to the letter: one, or several in order when the rule is ranked; none to abstain.',
    schema: z.object({ choice: z.array(z.string()), note: z.string() }),
  },
};

/**
 * How an agent with a language model handles messages: what needs judgement goes to the model, in one call without
 * tools, so a message can make it say something and do nothing. The call is settled with the acknowledgement; one that
 * was lost in a crash is charged and made again.
 */
export async function receiveWithModel(
  needs: MessageNeeds,
  spec: ModelExecutorSpec,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Receipt | undefined> {
  if (delivery.message.type !== 'coordination_request') return undefined;
  const { requestType, data } = payloadSchemas.coordination_request.parse(delivery.message.payload);
  const request = Object.hasOwn(REQUESTS, requestType) ? REQUESTS[requestType] : undefined;
  if (!request || hasStance(delivery, requestType, data)) return undefined;
  const { $schema: _, ...schema } = z.toJSONSchema(request.schema);
  const answer = await needs.models.call(
    {
      bill: billOf(delivery),
      model: spec.model ?? null,
      taskType: requestType,
      prompt: promptOf(
        spec,
        delivery,
        `${request.say}\nAnswer with JSON of this schema: ${JSON.stringify(schema)}`,
        data,
      ),
      schema: { name: requestType, schema: schema as JSONSchema7 }, // made of zod just now
      maxOutputTokens: Math.min(MAX_ANSWER_TOKENS, spec.maxOutputTokens),
      ...(spec.temperature !== undefined && { temperature: spec.temperature }),
    },
    signal,
  );
  const said = readAnswer(answer, request.schema);
  const costUsd = answer.usage.costUsd;
  return {
    result: { model: answer.model },
    reply: {
      payload: {
        requestType,
        data: { ...said, ...(requestType === SOLVE_REQUEST && costUsd !== null && { costUsd }) },
      },
    },
    effect: (tx) => needs.ledger.settle(tx, answer.reservationId, answer.model, answer.usage),
  };
}

/** An agent whose spec says how it votes needs no model for it. */
function hasStance({ spec }: Delivery, requestType: string, data: unknown): boolean {
  if (requestType !== VOTE_REQUEST && requestType !== SOLVE_REQUEST) return false;
  const parsed = z.object({ options: z.array(z.string()) }).safeParse(data);
  return parsed.success && stanceOf(spec.metadata, 'majority', parsed.data.options).length > 0;
}

function billOf({ tenantId, agentId, message }: Delivery) {
  const taskId = message.taskId ?? message.id;
  const of = { tenantId, rootId: taskId, taskId, agentId };
  return { ...of, runId: message.id, turn: 'message', purpose: 'work' as const };
}

function promptOf(spec: ModelExecutorSpec, { agentName, message }: Delivery, say: string, data: unknown) {
  const boundary = boundaryOf(message.id);
  const room = charactersFor(spec.contextTokens * REQUEST_SHARE);
  const text = labelled(boundary, 'message of another agent', clipMiddle(JSON.stringify(data), room));
  const system = [
    `You are ${agentName}, an agent in a team.`,
    aboutData(boundary),
    say,
    spec.instructions ?? '',
  ];
  return [
    { role: 'system' as const, content: system.filter(Boolean).join('\n\n') },
    { role: 'user' as const, content: [{ type: 'text' as const, text }] },
  ];
}

/** @throws CadreError `model/bad-answer`, which is tried again */
function readAnswer({ parts, model }: ModelAnswer, schema: z.ZodType): Record<string, unknown> {
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  try {
    return z.record(z.string(), z.unknown()).parse(schema.parse(parseJson(text)));
  } catch (cause) {
    throw new CadreError('model/bad-answer', { model, detail: messageOf(cause).slice(0, 300) }, { cause });
  }
}
