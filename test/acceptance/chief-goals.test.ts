import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { planFor } from '../../src/chief/rules.ts';
import { analyzeDocument } from '../../src/documents/extraction/analyze.ts';
import { parseDocument } from '../../src/documents/parse.ts';
import { runSkill } from '../../src/operator/skills/host.ts';
import type {
  Citation,
  Finding,
  Material,
  Report,
  Result,
  Verification,
} from '../../src/operator/skills/skill.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { generations } from '../../src/tasks/graph.ts';
import { BUILT_IN_CAPABILITIES, type Plan } from '../../src/tasks/plan.ts';
import { resolveReferences } from '../../src/tasks/references.ts';

/**
 * The chief is not a template: unlike goals over the same files give unlike plans and right answers, and a goal that
 * nobody can do is refused by the name of what is missing. The files are those of `examples/harbour`; what is true of
 * them is in `test/gold/harbour-truth.json`.
 */
const folder = join(import.meta.dirname, '../../examples/harbour');
const builtIn = Object.values(BUILT_IN_CAPABILITIES)
  .flat()
  .map((capability) => ({ capability, agents: 1 }));
const materials: Material[] = [];

interface Truth {
  totals: Array<{ file: string; total: number }>;
  groups: Record<string, Record<string, number>>;
  timeline: Array<{ date: string; files: string[] }>;
  contradictions: Array<{ values: string[] }>;
  amounts: Array<{ number: number; unit: string; files: string[] }>;
  questions: Array<{ question: string; answer: string[]; files: string[] }>;
}
const truth: Truth = JSON.parse(
  readFileSync(join(import.meta.dirname, '../gold/harbour-truth.json'), 'utf8'),
);

beforeAll(async () => {
  for (const name of readdirSync(folder).sort()) {
    const document = await parseDocument({ name, bytes: readFileSync(join(folder, name)) });
    materials.push({ fileId: `file-${name}`, document, analysis: analyzeDocument(document) });
  }
});

function plan(goal: string, more: Array<{ capability: string; agents: number }> = []): Plan {
  const files = materials.map(({ fileId, document }) => ({
    fileId,
    name: document.name,
    type: document.type,
  }));
  return planFor({ goal, type: 'general', input: {}, files, capabilities: [...builtIn, ...more] });
}

/** Carries a plan out in the order of its generations with the skills themselves, without engine and store. */
async function carryOut(goal: string): Promise<{ plan: Plan; result: Report; verification: Verification }> {
  const made = plan(goal);
  const outputs: Record<string, unknown> = {};
  const byName = new Map(made.steps.map((step) => [step.name, step]));
  for (const name of generations(made.steps).flat()) {
    const step = byName.get(name);
    if (!step || step.capability === 'documents.read' || step.capability === 'documents.analyze') continue;
    const results = Object.fromEntries(
      step.dependsOn.filter((needed) => needed in outputs).map((needed) => [needed, outputs[needed]]),
    );
    const request = {
      goal: step.goal,
      input: resolveReferences(step.input, results),
      materials: materials.filter(({ fileId }) => step.files.includes(fileId)),
      results,
      today: '2026-11-21',
    };
    // Results cross a process border as JSON.
    outputs[name] = JSON.parse(JSON.stringify(await runSkill({ capability: step.capability, request })));
  }
  return {
    plan: made,
    result: outputs[made.resultStep] as Report,
    verification: outputs[made.verifyStep ?? ''] as Verification,
  };
}

function everyCitation(result: Result): Citation[] {
  const of = (finding: Finding) => [
    ...finding.citations,
    ...(finding.computation?.operands.map(({ citation }) => citation) ?? []),
  ];
  return result.kind === 'brief'
    ? result.keyPoints.flatMap(of)
    : [result.answer, ...result.findings].flatMap(of);
}

const nameOf = (fileId: string) => fileId.replace(/^file-/, '');
const shape = (made: Plan) =>
  JSON.stringify([
    made.steps.map((step) => [step.capability, step.files.length, step.dependsOn.length]),
    made.resultStep,
  ]);
const squeeze = (text: string) => text.replace(/\s+/g, ' ');

const GOALS = {
  compare: 'Compare the minutes with the press release',
  total: 'What is the total of the amounts in payments-2026.csv?',
  timeline: 'Build a timeline',
  attribution: 'Find who said what',
  contradictions: 'List contradictions',
  extraction: 'Extract all amounts',
  question: 'When is the first grant claim due?',
  brief: 'Brief me: who and what matters here, with sources',
};

describe('eight unlike goals over the same files', () => {
  it('give eight different plans, each with its reason', () => {
    const plans = Object.values(GOALS).map((goal) => plan(goal));
    expect(new Set(plans.map(shape)).size).toBe(8);
    const work = plans.map((made) =>
      made.steps
        .map(({ capability }) => capability)
        .filter((capability) => !/read|analyze|verify|write/.test(capability)),
    );
    expect(new Set(work.map((capabilities) => capabilities[0])).size).toBe(8);
    for (const made of plans) {
      expect(made.because.length).toBeGreaterThan(20);
      expect(made.oneOperatorEnough.because).not.toBe('');
      expect(made.verifyStep).toBe('verify');
    }
    const [compare, total] = plans;
    expect(compare?.steps.filter(({ capability }) => capability === 'documents.read')).toHaveLength(2);
    expect(total?.steps.filter(({ capability }) => capability === 'documents.read')).toHaveLength(1);
    expect(total?.oneOperatorEnough.enough).toBe(true);
    expect(plans.at(-1)?.oneOperatorEnough.enough).toBe(false);
  });

  it.each(Object.values(GOALS))(
    '“%s”: every citation is the source to the letter, and the verifier agrees',
    async (goal) => {
      const { result, verification } = await carryOut(goal);
      const texts = new Map(materials.map(({ fileId, document }) => [fileId, document.text]));
      const citations = everyCitation(result);
      expect(citations.length).toBeGreaterThan(0);
      for (const { fileId, quote, start, end } of citations)
        expect(texts.get(fileId)?.slice(start, end)).toBe(quote);
      expect(verification.failed).toEqual([]);
    },
  );

  it('totals the column', async () => {
    const { result } = await carryOut(GOALS.total);
    const wanted = truth.totals.find(({ file }) => file === 'payments-2026.csv')?.total;
    expect(result.answer.computation?.result).toBe(wanted);
    expect(result.answer.sentence).toContain('1,655,805');
    const grouped = await carryOut('Sum up amount_eur per payee in payments-2026.csv');
    const groups = Object.fromEntries(
      grouped.result.findings.map((finding) => [finding.sentence.split(':')[0], finding.computation?.result]),
    );
    expect(groups).toEqual(truth.groups.paymentsByPayee);
    const filtered = await carryOut(
      'How much did we pay until the end of September 2026 in payments-2026.csv?',
    );
    expect(filtered.result.answer.computation?.result).toBe(truth.groups.paidToEndOfSeptember);
  });

  it('answers the questions, and says so when the documents do not', async () => {
    const wrong: string[] = [];
    for (const { question, answer } of truth.questions) {
      const { result } = await carryOut(question);
      const said = squeeze(
        `${result.answer.sentence} ${result.answer.citations.map(({ quote }) => quote).join(' ')}`,
      );
      const right = answer.length === 0 ? /do not say/.test(said) : answer.some((one) => said.includes(one));
      if (!right) wrong.push(`${question} → ${said.slice(0, 160)}`);
    }
    expect(wrong).toEqual([]);
  });

  it('builds the timeline', async () => {
    const { result } = await carryOut(GOALS.timeline);
    const dates = result.table?.rows.map(([date]) => date ?? '') ?? [];
    expect(dates).toEqual([...dates].sort());
    for (const { date } of truth.timeline) expect(dates).toContain(date);
  });

  it('names each speaker', async () => {
    const { result } = await carryOut(GOALS.attribution);
    const rows = result.table?.rows ?? [];
    const said = (who: string, what: string) =>
      rows.some(([speaker, , text]) => speaker === who && squeeze(text ?? '').includes(what));
    expect(said('Margaret Doyle', 'The ferry will sail on every single day of the works')).toBe(true);
    expect(said('Eleanor Walsh', 'our front door')).toBe(true);
    expect(said('Daniel Okafor', 'would save nine days')).toBe(true);
    expect(said('Tomasz Nowak', 'holds a float of three weeks')).toBe(true);
    expect(said('Ingrid Solheim', 'the waiting hall is designed for 260 passengers')).toBe(true);
    expect(said('Ruth Kavanagh', 'We are worried about three things')).toBe(true);
    expect(said('Colin Byrne', 'would save nine days')).toBe(false);
  });

  it('lists the contradictions', async () => {
    const { result } = await carryOut(GOALS.contradictions);
    const found = [result.answer, ...result.findings].map(({ sentence, citations }) =>
      squeeze(`${sentence} ${citations.map(({ quote }) => quote).join(' ')}`),
    );
    for (const { values } of truth.contradictions) {
      expect(
        found.some((text) => values.every((value) => text.includes(value))),
        values.join(' / '),
      ).toBe(true);
    }
  });

  it('extracts the amounts', async () => {
    const { result } = await carryOut(GOALS.extraction);
    const found = new Set(result.table?.rows.map((row) => `${row[2]} ${row[3]}`));
    const missing = truth.amounts.filter(({ number, unit }) => !found.has(`${number} ${unit}`));
    expect(missing).toEqual([]);
  });

  it('compares two documents', async () => {
    const { result } = await carryOut(GOALS.compare);
    expect(new Set(result.documents.map(({ fileId }) => nameOf(fileId)))).toEqual(
      new Set(['minutes-2026-10-06.docx', 'press-release.html']),
    );
    const differ =
      result.table?.rows.filter(([relation]) => relation === 'differ').map((row) => squeeze(row.join(' '))) ??
      [];
    expect(differ.some((text) => text.includes('14 June 2027') && text.includes('1 May 2027'))).toBe(true);
  });
});

describe('what the documents do not hold', () => {
  it.each([
    'What is the name of the captain of the Torran Light?',
    'What did Napoleon say about the pontoon?',
    'Who said that the earth is flat?',
    'Timeline of the Panama Canal',
    'Extract all amounts about penguins',
    'Total amount_eur for the payee Acme',
    'Total amount_eur in 2031',
    'Extract all links',
  ])('“%s”: it is said, nothing is made up, and the verifier agrees', async (goal) => {
    const { result, verification } = await carryOut(goal);
    expect(result.answer.sentence).toMatch(/^(?:No |The documents do not )/);
    expect(result.answer.computation).toBeUndefined();
    expect(result.gaps).toContain(result.answer.sentence);
    expect(verification.failed).toEqual([]);
  });
});

describe('a goal that nobody here can do', () => {
  it.each([
    ['Translate the minutes into Japanese', 'text.translate'],
    ['Call Anna', 'calls.make'],
    ['Draw a logo for the terminal', 'images.create'],
    ['Book a flight to Bergen', 'travel.book'],
    ['Generate a video of the works', 'video.create'],
  ])('“%s” is refused and names %s', (goal, missing) => {
    const refused = (() => {
      try {
        return plan(goal).rule;
      } catch (thrown) {
        return thrown instanceof CadreError ? `${thrown.code} ${thrown.message}` : String(thrown);
      }
    })();
    expect(refused).toContain('task/no-capability');
    expect(refused).toContain(missing);
  });

  it('is done by an agent that offers it, once one is registered', () => {
    const made = plan('Translate the minutes into Japanese', [{ capability: 'translation', agents: 1 }]);
    expect(made.steps.map(({ capability }) => capability)).toContain('translation');
    const off = () => plan('Translate the minutes into Japanese', [{ capability: 'translation', agents: 0 }]);
    expect(off).toThrow(/text\.translate/);
  });
});
