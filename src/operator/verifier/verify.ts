import { z } from 'zod';
import type { Turns, WorkOrder } from '../../agents/executor.ts';
import type { ModelExecutorSpec } from '../../agents/model-executor.ts';
import type { Models } from '../../models/call.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { askModel } from '../ask-model.ts';
import { aboutData, boundaryOf, labelled } from '../loop/label.ts';
import { charactersFor, clipMiddle } from '../loop/tokens.ts';
import { type PerformNeeds, perform } from '../perform.ts';
import type { Material, Verification } from '../skills/skill.ts';
import { asReport, type Claim, claimsIn, type Evidence, failuresOf, MAX_CLAIMS, resultOf } from './claims.ts';

/** The capability of who checks the work of others. */
export const VERIFYING = 'claims.verify';
const SOURCES_SHARE = 0.6;
const VERDICT_TOKENS = 8_000;
/** A shorter quote stands in every text. */
const MIN_QUOTE = 8;

const verdictsSchema = z.strictObject({
  verdicts: z
    .array(
      z.strictObject({
        claim: z.int().min(1).max(MAX_CLAIMS),
        isSupported: z.boolean(),
        file: z.string().max(20),
        quote: z.string().max(2_000),
        because: z.string().max(600),
      }),
    )
    .max(MAX_CLAIMS * 2),
});
type Verdict = z.output<typeof verdictsSchema>['verdicts'][number];

export interface VerifierWork {
  order: WorkOrder;
  signal: AbortSignal;
  turns: Turns;
}

/**
 * Checks the work of another with a language model, another one than did it where there is one. Code has the last
 * word: a claim passes only with a quote that stands in a source to the letter and bears it out by the rules of the
 * built-in verifier, so a verifier that lies can refuse a claim and never pass one.
 * @throws CadreError `model/…`, `budget/…`, and what the built-in verifier throws
 */
export async function verifyByModel(
  needs: PerformNeeds & { models: Models },
  spec: ModelExecutorSpec,
  work: VerifierWork,
): Promise<Verification> {
  const { order, signal } = work;
  const { result, output } = resultOf(order.context.results);
  const claims = claimsIn(result, output);
  const { materials } = await needs.documents.load(order.tenantId, order.files);
  const byRules = result
    ? ((await perform(needs, order, signal)) as Verification) // what the skill answers
    : { checked: claims.length, failed: [], missedContradictions: [] };
  const shown = claims.slice(0, MAX_CLAIMS);
  const verdicts = await ask(needs, spec, work, { claims: shown, materials, worker: workerOf(output) });
  const { evidence, failed } = judge(claims, verdicts, materials, result !== null);
  const checked =
    evidence.length === 0
      ? []
      : failuresOf(
          (await perform(
            needs,
            { ...order, context: { ...order.context, results: { evidence: asReport(evidence) } } },
            signal,
          )) as Verification, // what the skill answers
          evidence,
        );
  const known = new Set(byRules.failed.map(({ where }) => where));
  const more = [...failed, ...checked].filter(({ where }) => !known.has(where));
  return { ...byRules, failed: [...byRules.failed, ...more] };
}

/** The model that did the work, as its executor wrote it down. */
function workerOf(output: unknown): string | undefined {
  if (typeof output !== 'object' || output === null || !('models' in output)) return undefined;
  const last: unknown = Array.isArray(output.models) ? output.models.at(-1) : undefined;
  return typeof last === 'string' ? last : undefined;
}

/** What is refused at once, and the quotes of what is said to be supported. Pure. */
export function judge(
  claims: readonly Claim[],
  verdicts: readonly Verdict[],
  materials: readonly Material[],
  isCited: boolean,
): { evidence: Evidence[]; failed: Verification['failed'] } {
  const evidence: Evidence[] = [];
  const failed: Verification['failed'] = [];
  for (const [index, claim] of claims.entries()) {
    const refuse = (reason: Verification['failed'][number]['reason'], detail: string) =>
      failed.push({ where: claim.where, reason, detail });
    const own = verdicts.filter((verdict) => verdict.claim === index + 1);
    const [verdict] = own;
    if (!verdict) refuse('sentence-not-supported', 'the verifier said nothing of it');
    else if (own.some(({ isSupported }) => !isSupported))
      refuse('sentence-not-supported', own.find(({ isSupported }) => !isSupported)?.because ?? '');
    // Its own citations were checked already.
    else if (!isCited) {
      const material = materials[Number(/^file-(\d+)$/.exec(verdict.file)?.[1] ?? 0) - 1];
      const start = material?.document.text.indexOf(verdict.quote) ?? -1;
      if (!material || start < 0 || verdict.quote.trim().length < MIN_QUOTE)
        refuse('quote-not-in-source', 'the quote of the verifier stands in no source');
      else evidence.push({ claim, fileId: material.fileId, quote: verdict.quote, start });
    }
  }
  return { evidence, failed };
}

const SYSTEM = [
  'You check the work of somebody else. You did not do it, you do not improve it, and you have no tools.',
  'For each claim look for the place in the sources that bears it out. When there is one, isSupported is true, file is its file, and quote is its text to the letter: copied, not one character changed. When there is none, or the claim says more than the source, isSupported is false, quote is empty and because says what is missing.',
  'Doubt: a claim that only sounds right is not supported. Answer with JSON and nothing else.',
];

async function ask(
  { models }: { models: Models },
  spec: ModelExecutorSpec,
  { order, signal, turns }: VerifierWork,
  { claims, materials, worker }: { claims: Claim[]; materials: Material[]; worker: string | undefined },
): Promise<Verdict[]> {
  if (claims.length === 0) return [];
  const boundary = boundaryOf(order.runId);
  const room = Math.floor(charactersFor(spec.contextTokens * SOURCES_SHARE) / Math.max(1, materials.length));
  const sources = materials.map(({ document }, index) =>
    labelled(boundary, `file-${index + 1}`, clipMiddle(document.text, room)),
  );
  const listed = claims.map(({ sentence }, index) => `${index + 1}. ${sentence}`).join('\n');
  const question = (otherThan: string | undefined) => ({
    name: otherThan === undefined ? 'verify' : 'verify:other',
    purpose: 'verify' as const,
    taskType: VERIFYING,
    model: spec.model ?? null,
    ...(otherThan !== undefined && { otherThan }),
    agentId: order.agentId,
    prompt: [
      {
        role: 'system' as const,
        content: [...SYSTEM, aboutData(boundary), ...(spec.instructions ? [spec.instructions] : [])].join(
          '\n\n',
        ),
      },
      {
        role: 'user' as const,
        content: [
          {
            type: 'text' as const,
            text: `Claims:\n${labelled(boundary, 'claims', listed)}\n\nSources:\n${sources.join('\n')}`,
          },
        ],
      },
    ],
    form: { name: 'verdicts', schema: verdictsSchema },
    maxOutputTokens: VERDICT_TOKENS,
  });
  const needs = { call: models.call, turns, signal };
  const reply = await askModel(needs, question(worker)).catch((thrown: unknown) => {
    // There is no other model: the same one is asked, with other instructions.
    if (worker !== undefined && thrown instanceof CadreError && thrown.code === 'model/none')
      return askModel(needs, question(undefined));
    throw thrown;
  });
  // What has not the form is no verdict on anything.
  return reply.isGood ? reply.value.verdicts : [];
}
