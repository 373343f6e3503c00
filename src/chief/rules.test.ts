import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CadreError } from '../platform/kernel/errors.ts';
import { checkPlan } from '../tasks/graph.ts';
import { BUILT_IN_CAPABILITIES, type Plan } from '../tasks/plan.ts';
import type { GoalFile } from './goal.ts';
import type { PlanRequest } from './request.ts';
import { planFor } from './rules.ts';
import { selectFiles } from './selection.ts';

const builtIn = Object.values(BUILT_IN_CAPABILITIES)
  .flat()
  .map((capability) => ({ capability, agents: 2 }));
const file = (name: string, columns?: string[]): GoalFile => ({
  fileId: `id-${name}`,
  name,
  type: name.split('.').at(-1) ?? '',
  ...(columns && { columns }),
});
const files = [
  file('minutes-may.docx'),
  file('offer-a.pdf'),
  file('offer-b.pdf'),
  file('payments.csv', ['date', 'payee', 'amount']),
  file('staff.csv', ['employee', 'salary']),
  file('hello.eml'),
  file('re-hello.eml'),
];

const plan = (goal: string, more: Partial<PlanRequest> = {}): Plan =>
  planFor({ goal, files, capabilities: builtIn, ...more });
const capabilities = (made: Plan) => made.steps.map(({ capability }) => capability);
const read = (made: Plan) =>
  made.steps
    .filter(({ capability }) => capability === 'documents.read')
    .flatMap((step) => step.files.map((id) => id.slice(3)));

function refusal(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof CadreError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  return { code: 'none', message: '' };
}

describe('a plan', () => {
  it('of a brief reads and examines each file by itself, then links, writes and verifies', () => {
    const made = plan('Brief me: who and what matters here, with sources');
    expect(capabilities(made).filter((one) => one === 'documents.read')).toHaveLength(7);
    expect(capabilities(made).slice(-3)).toEqual(['documents.link', 'brief.write', 'claims.verify']);
    expect(made).toMatchObject({
      resultStep: 'write',
      verifyStep: 'verify',
      oneOperatorEnough: { enough: false },
    });
    expect(made.steps.find(({ name }) => name === 'write')?.dependsOn).toEqual(['link']);
    expect(made.steps.find(({ name }) => name === 'read-offer-a-pdf')).toMatchObject({
      dependsOn: [],
      optional: true,
      files: ['id-offer-a.pdf'],
    });
  });

  it('over one file is a chain that one operator could do, and a failure to read is no option then', () => {
    const made = plan('When does the work start?', { files: [file('offer-a.pdf')] });
    expect(capabilities(made)).toEqual([
      'documents.read',
      'documents.analyze',
      'question.answer',
      'report.write',
      'claims.verify',
    ]);
    expect(made.oneOperatorEnough.enough).toBe(true);
    expect(
      made.steps.every((step, index) => index === 0 || step.dependsOn.join() === made.steps[index - 1]?.name),
    ).toBe(true);
    expect(made.steps.some(({ optional }) => optional)).toBe(false);
  });

  it('takes facts out file by file at the same time', () => {
    const made = plan('Extract all amounts');
    const extract = made.steps.filter(({ capability }) => capability === 'facts.extract');
    expect(extract).toHaveLength(7);
    expect(extract.every((step) => step.dependsOn.length === 1 && step.files.length === 1)).toBe(true);
    expect(extract[0]?.input).toEqual({ kinds: ['amount'] });
  });

  it('tries a table and the texts when a question may be meant for either', () => {
    const made = plan('What is the total cost?');
    expect(capabilities(made)).toEqual(expect.arrayContaining(['tables.compute', 'question.answer']));
    expect(made.because).toContain('also tried as');
    expect(made.steps.find(({ name }) => name === 'write')?.input).toEqual({
      order: ['compute', 'answer'],
      second: ['compute', 'answer'],
    });
  });

  it('does two things that one goal asks for, and writes them into one report', () => {
    const made = plan('Total the payments and list contradictions');
    expect(capabilities(made)).toEqual(
      expect.arrayContaining(['tables.compute', 'contradictions.find', 'report.write']),
    );
  });

  it('says which rule made it, why, and what done means', () => {
    for (const goal of ['Compare the two offers', 'asdf qwer zxcv', '???']) {
      const made = plan(goal);
      expect(made.rule).not.toBe('');
      expect(made.because.length).toBeGreaterThan(20);
      expect(made.steps.every((step) => step.goal && step.doneWhen && step.type)).toBe(true);
    }
    expect(plan('asdf qwer zxcv')).toMatchObject({ rule: 'fallback: question' });
    expect(plan('asdf qwer zxcv').because).toContain('not sure');
    expect(plan('???')).toMatchObject({ rule: 'fallback: brief' });
  });

  it('of any goal is a sound graph or a refusal with a code', () => {
    const words = fc.array(
      fc.constantFrom(
        'compare',
        'total',
        'who',
        'said',
        'list',
        'all',
        'amounts',
        'offer-a.pdf',
        'translate',
        'and',
        'then',
        'payments',
        '{{x}}',
        '"',
        'when',
        '?',
        'März',
        'the',
        '\n',
        '; ',
        '((',
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(words, fc.string({ maxLength: 60 }), fc.subarray(files), (chosen, noise, given) => {
        const refused = refusal(() => checkPlan(plan(`${chosen.join(' ')} ${noise}`, { files: given })));
        expect(['none', 'task/no-goal', 'task/no-files', 'task/no-capability']).toContain(refused.code);
      }),
      { numRuns: 300 },
    );
  });

  it('gives files of the same name steps of their own', () => {
    const twins = [file('a.pdf'), { ...file('a.pdf'), fileId: 'other' }];
    expect(new Set(plan('Brief me', { files: twins }).steps.map(({ name }) => name)).size).toBe(7);
  });
});

describe('the files of a goal', () => {
  it.each<[string, string[]]>([
    ['Compare offer-a.pdf and offer-b.pdf', ['offer-a.pdf', 'offer-b.pdf']],
    ['Compare offer A with offer B', ['offer-a.pdf', 'offer-b.pdf']],
    ['Compare the two PDFs', ['offer-a.pdf', 'offer-b.pdf']],
    ['Compare the two e-mails', ['hello.eml', 're-hello.eml']],
    ['Total the salary column', ['staff.csv']],
    ['Total amount per payee', ['payments.csv']],
    ['What was decided in the minutes?', ['minutes-may.docx']],
    ['When does work start according to offer-b?', ['offer-b.pdf']],
    ['Who said what in the e-mails?', ['hello.eml', 're-hello.eml']],
    [
      'Summarise everything except payments.csv and staff.csv',
      ['minutes-may.docx', 'offer-a.pdf', 'offer-b.pdf', 'hello.eml', 're-hello.eml'],
    ],
    ['Find who said what', ['minutes-may.docx', 'offer-a.pdf', 'offer-b.pdf', 'hello.eml', 're-hello.eml']],
  ])('“%s” are %j', (goal, wanted) => {
    const made = plan(goal);
    expect(read(made)).toEqual(wanted);
    expect(made.because).toMatch(/names|speaks of|columns|not in tables|without/);
  });

  it('are all of them when the goal names none, and partners are found for one that is named', () => {
    expect(read(plan('List contradictions'))).toHaveLength(7);
    expect(selectFiles('compare', 'Compare offer-a.pdf', files).files.map(({ name }) => name)).toEqual([
      'offer-a.pdf',
      'offer-b.pdf',
    ]);
  });
});

describe('a goal that nobody can do', () => {
  it.each<[string, string]>([
    ['Translate the minutes into Japanese', 'text.translate'],
    ['Write the summary in French', 'text.translate'],
    ['Call Anna', 'calls.make'],
    ['Draw a logo', 'images.create'],
    ['Book a flight to Lisbon', 'travel.book'],
    ['Generate a video', 'video.create'],
    ['Send the summary to Jonas by e-mail', 'email.send'],
    ['Summarise the offers and then call the supplier', 'calls.make'],
    ['Order a pizza', 'shopping.order'],
    ['Make a bar chart of the payments', 'charts.draw'],
    ['Frobnicate the offers', 'frobnicate'],
  ])('“%s” is refused by the name %s', (goal, missing) => {
    const refused = refusal(() => plan(goal));
    expect(refused.code).toBe('task/no-capability');
    expect(refused.message).toContain(missing);
  });

  it.each([
    'Summarise the call notes',
    'What does the drawing show?',
    'Who booked the hall?',
    'Order the events by date',
    'When was the video made?',
    'Who will send the letter?',
    'Build a timeline',
    'Draw up a comparison of the offers',
    'Which payments were made?',
    'List all e-mails',
    'Compare the German offer with the French offer',
  ])('“%s” only looks like one', (goal) => {
    expect(refusal(() => plan(goal))).toEqual({ code: 'none', message: '' });
  });

  it('is planned when an agent offers it: first what the team does, then the agent', () => {
    const offering = { capabilities: [...builtIn, { capability: 'translate.fr', agents: 1 }] };
    const made = plan('Summarise the offers and translate the summary into French', offering);
    expect(made.resultStep).toBe('act-1');
    const act = made.steps.find(({ name }) => name === 'act-1');
    expect(act).toMatchObject({
      capability: 'translate.fr',
      dependsOn: ['write'],
      input: { previous: '{{write.output}}' },
    });
    const alone = plan('Translate offer-a.pdf into French', { ...offering, files: [file('offer-a.pdf')] });
    expect(alone.steps.map(({ capability }) => capability)).toEqual(['translate.fr']);
    expect(
      plan('Forecast the weather', {
        capabilities: [...builtIn, { capability: 'weather.forecast', agents: 1 }],
      }).steps[0]?.capability,
    ).toBe('weather.forecast');
  });

  it('is refused when the built-in team is not there, or when nothing was given to read', () => {
    const without = builtIn.filter(({ capability }) => capability !== 'timeline.build');
    expect(refusal(() => plan('Build a timeline', { capabilities: without })).message).toContain(
      'timeline.build',
    );
    expect(refusal(() => plan('Build a timeline', { files: [] })).code).toBe('task/no-files');
    expect(refusal(() => plan('  ')).code).toBe('task/no-goal');
  });
});

describe('a type given by the caller', () => {
  const with_ = (...names: string[]) => ({
    capabilities: [...builtIn, ...names.map((capability) => ({ capability, agents: 1 }))],
  });

  it('takes the named strategy when its capabilities are offered, and names them when not', () => {
    const made = plan('Shrink it', {
      type: 'compression_analysis',
      ...with_('analyze_content', 'analyze_structure', 'select_algorithm', 'compress'),
    });
    expect(made.steps.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ['analyze_content', []],
      ['analyze_structure', []],
      ['select_algorithm', ['analyze_content', 'analyze_structure']],
      ['compress', ['select_algorithm']],
    ]);
    expect(made.oneOperatorEnough.enough).toBe(false);
    expect(refusal(() => plan('Shrink it', { type: 'compression_analysis' })).message).toContain(
      'analyze_content, analyze_structure',
    );
    expect(
      plan('Load it', {
        type: 'data_pipeline',
        ...with_('data.extract', 'data.transform', 'data.load', 'data.validate'),
      }).oneOperatorEnough.enough,
    ).toBe(true);
  });

  it('research_synthesis is done by the keyless team, one chain per source', () => {
    const made = plan('What do the sources say?', { type: 'research_synthesis', files: files.slice(0, 2) });
    expect(capabilities(made)).toEqual([
      'documents.read',
      'documents.read',
      'documents.analyze',
      'documents.analyze',
      'documents.link',
      'brief.write',
      'claims.verify',
    ]);
    expect(made.steps[2]?.dependsOn).toEqual([made.steps[0]?.name]);
    expect(made.steps[4]?.dependsOn).toEqual([made.steps[2]?.name, made.steps[3]?.name]);
    expect(refusal(() => plan('x y', { type: 'research_synthesis', files: [] })).code).toBe('task/no-files');
  });

  it('of an agent is one step; an unknown one falls back to the goal', () => {
    const made = plan('Anything', { type: 'sing', input: { key: 'C' }, ...with_('sing') });
    expect(made.steps).toMatchObject([{ capability: 'sing', input: { key: 'C' } }]);
    expect(plan('Build a timeline', { type: 'whatever' }).rule).toBe('wording: timeline');
    // WF-3: a strategy without its capabilities is one subtask when somebody can do it whole.
    expect(plan('Review it', { type: 'code_review', ...with_('code_review') }).steps).toHaveLength(1);
  });

  it('multi_step takes the steps of the caller, refuses circles and what is no step', () => {
    const steps = [
      { name: 'a', goal: 'first', capability: 'documents.read' },
      {
        name: 'b',
        goal: 'second',
        capability: 'documents.analyze',
        dependsOn: ['a'],
        input: { text: '{{a.output.text}}' },
      },
    ];
    const made = plan('Do it', { type: 'multi_step', input: { steps } });
    expect(made).toMatchObject({ resultStep: 'b', rule: 'strategy: multi_step' });
    expect(made.steps[0]?.files).toHaveLength(7);
    const circle = steps.map((step) => ({ ...step, dependsOn: [step.name === 'a' ? 'b' : 'a'] }));
    const refused = refusal(() => plan('Do it', { type: 'multi_step', input: { steps: circle } }));
    expect(refused).toMatchObject({ code: 'plan/cycle' });
    expect(refused.message).toContain('a → b → a');
    expect(refusal(() => plan('Do it', { type: 'multi_step' })).code).toBe('request/invalid');
    expect(
      refusal(() => plan('Do it', { type: 'multi_step', input: { steps: [{ name: 'a' }] } })).message,
    ).toContain('goal');
    const unknown = [{ ...steps[0], capability: 'ghost.work' }];
    expect(
      refusal(() => plan('Do it', { type: 'multi_step', input: { steps: unknown as never } })).code,
    ).toBe('task/no-capability');
  });
});
