import { z } from 'zod';
import { CadreError } from '../platform/kernel/errors.ts';
import type { PlanStep } from '../tasks/plan.ts';

/**
 * The named strategies of FEATURES WF-3, as data. A step names the capabilities that can do it, best first; the
 * first one that some agent offers is taken. `eachFile` makes one step per file.
 */
export interface StrategyStep {
  name: string;
  goal: string;
  doneWhen: string;
  capabilities: readonly string[];
  dependsOn: readonly string[];
  eachFile?: true;
}

export interface Strategy {
  because: string;
  steps: readonly StrategyStep[];
  resultStep: string;
  verifyStep?: string;
}

const step = (
  name: string,
  goal: string,
  doneWhen: string,
  capabilities: string,
  dependsOn = '',
): StrategyStep => ({
  name,
  goal,
  doneWhen,
  capabilities: capabilities.split(' '),
  dependsOn: dependsOn.split(' ').filter(Boolean),
});

export const STRATEGIES: Readonly<Record<string, Strategy>> = {
  compression_analysis: {
    because: 'content and structure are looked at side by side, then an algorithm is chosen and applied',
    steps: [
      step(
        'analyze_content',
        'Find out what the input consists of',
        'the kinds of content and their shares are known',
        'analyze_content',
      ),
      step(
        'analyze_structure',
        'Find out how the input repeats itself',
        'the repetitions and their lengths are known',
        'analyze_structure',
      ),
      step(
        'select_algorithm',
        'Choose the algorithm that fits both findings',
        'one algorithm is named with its reason',
        'select_algorithm',
        'analyze_content analyze_structure',
      ),
      step(
        'compress',
        'Compress the input with the chosen algorithm',
        'the compressed form and its ratio are there',
        'compress',
        'select_algorithm',
      ),
    ],
    resultStep: 'compress',
  },
  code_review: {
    because: 'structure and patterns are read side by side, and one review weighs both',
    steps: [
      step(
        'structure',
        'Read how the code is built',
        'parts and their dependencies are listed',
        'code.structure analyze_structure',
      ),
      step(
        'patterns',
        'Find patterns and faults in the code',
        'each finding has its place',
        'code.patterns analyze_patterns',
      ),
      step(
        'review',
        'Write the review',
        'every remark names its place and its weight',
        'code.review',
        'structure patterns',
      ),
    ],
    resultStep: 'review',
  },
  data_pipeline: {
    because: 'each stage needs the one before it: a chain',
    steps: [
      step('extract', 'Take the data from their source', 'the raw records are there', 'data.extract'),
      step(
        'transform',
        'Bring the data into the target form',
        'every record has the target form or a reason why not',
        'data.transform',
        'extract',
      ),
      step(
        'load',
        'Put the data where they belong',
        'the number loaded equals the number transformed',
        'data.load',
        'transform',
      ),
      step(
        'validate',
        'Check what was loaded',
        'counts and samples agree with the source',
        'data.validate',
        'load',
      ),
    ],
    resultStep: 'load',
    verifyStep: 'validate',
  },
  research_synthesis: {
    because: 'sources are read side by side, then analysed together and put into one text',
    steps: [
      {
        ...step(
          'source',
          'Read the source',
          'its text is there with positions',
          'research.source documents.read',
        ),
        eachFile: true,
      },
      {
        ...step(
          'examine',
          'Find what the source holds',
          'names, dates, amounts and phrases have their places',
          'documents.analyze',
          'source',
        ),
        eachFile: true,
      },
      step(
        'analyze',
        'Link what the sources say',
        'the same things are one, contradictions are named',
        'research.analyze documents.link',
        'examine',
      ),
      step(
        'synthesize',
        'Write what the sources say together',
        'every sentence names its source',
        'research.synthesize brief.write',
        'analyze',
      ),
      step(
        'verify',
        'Check every sentence against its source',
        'each citation was found to the letter',
        'claims.verify',
        'synthesize',
      ),
    ],
    resultStep: 'synthesize',
    verifyStep: 'verify',
  },
};

const written = z.object({
  name: z.string().trim().min(1).max(100),
  goal: z.string().trim().min(1).max(4_000),
  doneWhen: z.string().trim().max(1_000).optional(),
  type: z.string().trim().min(1).max(80).optional(),
  capability: z.string().trim().min(1).max(100),
  input: z.record(z.string(), z.json()).optional(),
  files: z.array(z.string()).max(1_000).optional(),
  dependsOn: z.array(z.string()).max(1_000).optional(),
  priority: z.int().min(0).max(100).optional(),
  timeoutMs: z.int().positive().optional(),
  optional: z.boolean().optional(),
});

/**
 * The steps that a caller wrote (`multi_step`), with what may be left out filled in: all files, no dependencies.
 * @throws CadreError `request/invalid` naming the field
 */
export function writtenSteps(value: unknown, fileIds: readonly string[]): PlanStep[] {
  const parsed = z.array(written).min(1).safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new CadreError('request/invalid', {
      detail: `input.steps${issue ? `.${issue.path.map(String).join('.')}: ${issue.message}` : ''}`,
    });
  }
  return parsed.data.map(({ priority, timeoutMs, optional, ...step }) => ({
    ...step,
    doneWhen: step.doneWhen ?? 'the step has a result',
    type: step.type ?? step.capability,
    input: step.input ?? {},
    files: step.files ?? [...fileIds],
    dependsOn: step.dependsOn ?? [],
    ...(priority !== undefined && { priority }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(optional !== undefined && { optional }),
  }));
}
