import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import { checkExpression, evaluate, fill, type Scope, typeOfSchema, variablesOf } from './expression.ts';
import { MAX_WORK, pay, reckon } from './reckon.ts';
import { parseExpression } from './syntax.ts';

const scope: Scope = {
  input: {
    price: 5,
    rate: 5.5,
    who: 'Ada',
    tags: ['a', 'b'],
    nothing: null,
    constructor: 'mine',
    items: [
      { n: 1, ok: true },
      { n: 2.5, ok: false },
    ],
  },
  steps: { load: { status: 'completed', output: { n: 3 }, error: null } },
};

/** The refusal of an expression: its detail. */
function refusal(expression: string, seen: Scope = scope): string {
  try {
    return `value ${JSON.stringify(evaluate(expression, seen))}`;
  } catch (error) {
    if (!(error instanceof CadreError) || error.code !== 'workflow/expression') throw error;
    return String(error.values.detail);
  }
}

describe('expressions', () => {
  it.each<[string, Json]>([
    ['input.price * 2', 10],
    ['input.rate * 2', 11],
    ['input.price + input.rate', 10.5],
    ['input.price / 2', 2],
    ['input.price / 2.0', 2.5],
    ['input.rate % 2', 1.5],
    ['input.price < input.rate && input.rate <= 5.5', true],
    ['input.price == 5.0', true],
    ['2.5 in [1, 2.5]', true],
    ['1 == "1"', false],
    ['input.nothing == null', true],
    ['-input.price', -5],
    ['input.items.filter(i, i.ok).map(i, i.n)', [1]],
    ['input.items.map(i, i.n > 1, i.n + 1)', [3.5]],
    ['input.items.exists(i, i.n > 2) && !input.items.all(i, i.ok)', true],
    ['input.items.exists_one(i, i.ok)', true],
    [
      'input.tags.map(t, input.tags.map(u, t + u))',
      [
        ['aa', 'ab'],
        ['ba', 'bb'],
      ],
    ],
    ['has(input.who) && !has(input.nobody)', true],
    ['size(input.tags) + input.who.size() + size({"a": 1})', 6],
    ['input.missing == 1 || true', true],
    ['false && input.missing', false],
    ['input.who.contains("d") ? input.who.upperAscii() : ""', 'ADA'],
    ['"a,b".split(",") + ["c"]', ['a', 'b', 'c']],
    ['input.tags.join("-").substring(0, 2)', 'a-'],
    ['"😀b".indexOf("b")', 1],
    ['string(1) + string(1.5) + string(true)', '11.5true'],
    ['int("42") + int(1.9)', 43],
    ['double("1e2")', 100],
    ['input.tags[1]', 'b'],
    ['steps["load"].output.n', 3],
    ['{"a": [1, {"b": null}]}', { a: [1, { b: null }] }],
    ['input.constructor', 'mine'],
    ['timestamp("2026-05-01T09:30:00Z")', '2026-05-01T09:30:00.000Z'],
    ['timestamp("2026-05-01T09:30:00+02:00") + duration("1h30m")', '2026-05-01T09:00:00.000Z'],
    ['timestamp("2026-05-02T00:00:00Z") - timestamp("2026-05-01T00:00:00Z") == duration("24h")', true],
    ['duration("90s")', '90s'],
    ['timestamp("2026-05-01T09:30:00Z").getHours()', 9],
  ])('%s gives %j', (expression, value) => {
    expect(evaluate(expression, scope)).toEqual(value);
  });

  it.each([
    ['input.missing', 'there is no missing'],
    ['input.price + "x"', 'there is no number + text; string() makes a text'],
    ['1 / 0', 'division by zero'],
    ['1.0 / 0.0', 'not finite'],
    ['0.0 / 0.0', 'not finite'],
    ['9007199254740993', 'more than JSON can hold exactly'],
    ['9223372036854775807 + 1', 'too large'],
    ['99999999999999999999', 'more than JSON'],
    ['b"x"', 'bytes'],
    ['1u', 'unsigned'],
    ['input.tags[2]', 'no item 2 in a list of 2'],
    ['input.tags[-1]', 'no item -1'],
    ['input.who.matches("(a+)+$")', 'patterns can take for ever'],
    ['matches(input.who, "a")', 'patterns can take for ever'],
    ['input.nowhere()', 'no function nowhere()'],
    ['type(1)', 'no function type()'],
    ['input.who ? 1 : 2', 'neither true nor false'],
    ['1 +', 'unexpected token: its end'],
    ['loop', 'reserved'],
    ['nobody', 'there is no nobody here'],
    ['has(input)', 'has() takes one field'],
    ['{1: 2}', 'keys of a map must be texts'],
    ['input.tags.map(1, 2)', 'invalid predicate iteration variable'],
    ['timestamp("tomorrow")', 'not a time'],
    ['[3].map(a, [3].map(b, [3].map(c, [3].map(d, d))))', 'stand in one another'],
    [`${'a.'.repeat(60)}b`, 'nested too deep'],
    ['x'.repeat(2_001), 'longer than'],
  ])('%s is refused: %s', (expression, detail) => {
    expect(refusal(expression)).toContain(detail);
  });

  it('names the place of what is wrong', () => {
    expect(refusal('1 + input.missing')).toBe('there is no missing (at character 5)');
    expect(refusal('[1, 2].map(x, x + "a")')).toContain('(at character 15)');
  });

  it.each([
    'constructor',
    '__proto__',
    'toString',
    'input.__proto__',
    'input.toString',
    'input.tags.length',
    'input.tags.constructor',
    'input.who.constructor',
    'input["__proto__"]',
    '"".constructor',
    '[].constructor.constructor("return 1")()',
    'input.tags["constructor"]',
    'hasOwnProperty',
    'has(steps.constructor)',
  ])('%s reaches nothing of the host', (expression) => {
    expect(refusal(expression)).not.toMatch(/^value (?!false)/);
  });
});

describe('the work of an expression', () => {
  const big: Scope = {
    list: Array.from({ length: 1_000 }, (_, index) => index),
    text: 'ab'.repeat(100_000),
    needle: `${'a'.repeat(50_000)}b`,
    hay: 'a'.repeat(200_000),
  };
  const tooMuch = 'too much work';

  it.each([
    'list.map(a, list.map(b, list.map(c, a + b + c)))',
    'list.all(a, list.all(b, list.all(c, a + b + c >= 0)))',
    'list.exists(a, list.exists(b, list.exists(c, c < 0)))',
    'list.filter(a, list.exists_one(b, list.exists(c, c < 0))).size() == 0',
    'list.map(a, text).join()',
    'list.map(a, list)',
    'list.map(a, list.map(b, list)) == list.map(a, list.map(b, list))',
    'list.map(a, list + list).map(b, b + list)',
    'list.map(a, text + text)',
    `${'text + '.repeat(100)}text`,
    `${'(text + text) + '.repeat(30)}text`,
    'list.exists(a, hay.contains(needle))',
    'list.map(a, hay.indexOf(needle))',
    'list.map(a, text.split(""))',
    'list.map(a, text.upperAscii())',
    'list.map(a, text == text)',
    'list.all(a, list.map(b, text) == list.map(b, text))',
    'list.exists(a, list in list.map(b, list))',
    'list.map(a, list.join(text))',
  ])('%s is refused before it is done', (expression) => {
    const detail = refusal(expression, big);
    expect(detail === tooMuch || detail.includes(tooMuch) || detail.includes('join() takes')).toBe(true);
  });

  it('is not hidden by || or exists', () => {
    const cube = 'list.all(a, list.all(b, list.all(c, true)))';
    expect(refusal(`${cube} || true`, big)).toContain(tooMuch);
    expect(
      refusal(`[1].exists(x, ${cube})`.replace('list.all(c, true)', 'list.all(c, b > -1)'), big),
    ).toMatch(/too much work|stand in one another/);
  });

  it('is enough for what people ask of a thousand items', () => {
    expect(evaluate('list.filter(a, a % 7 == 0).map(a, a * 2).size()', big)).toBe(143);
    expect(
      evaluate('list.map(a, list.exists(b, b == a)).all(x, x)', { list: (big.list as Json[]).slice(0, 200) }),
    ).toBe(true);
  });

  it('is counted by the purse: with a purse that pays nothing the same expression is refused', () => {
    const tree = parseExpression('[1, 2].map(x, x + 1)');
    const purse = (left: number) => ({ expression: '', left, read: () => undefined });
    expect(reckon(purse(MAX_WORK), tree)).toEqual([2n, 3n]);
    expect(() => reckon(purse(3), tree)).toThrow(tooMuch);
    expect(() => pay(purse(0), 1)).toThrow(tooMuch);
  });

  const name = fc.constantFrom('input', 'steps', 'list', 'x', 'constructor', '__proto__', 'size', 'text');
  const grown = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      name,
      fc.constantFrom('1', '2.5', '"a"', 'true', 'null', '[]', '{}', '-9', '1e300', '"}}"', "r'\\'"),
      fc
        .tuple(
          tie('expression'),
          fc.constantFrom('+', '-', '*', '/', '%', '==', '<', '&&', '||', 'in'),
          tie('expression'),
        )
        .map(([left, op, right]) => `(${left} ${op} ${right})`),
      fc
        .tuple(
          tie('expression'),
          fc.constantFrom('map', 'filter', 'all', 'exists', 'exists_one'),
          tie('expression'),
        )
        .map(([list, macro, of]) => `${list}.${macro}(x, ${of})`),
      fc
        .tuple(
          tie('expression'),
          fc.constantFrom('size', 'trim', 'join', 'split', 'getHours', 'matches', 'toString'),
        )
        .map(([of, method]) => `${of}.${method}()`),
      tie('expression').map((of) => `[${of}, ${of}]`),
      tie('expression').map((of) => `{"a": ${of}}`),
      fc.tuple(tie('expression'), name).map(([of, key]) => `${of}.${key}`),
      fc.tuple(tie('expression'), tie('expression')).map(([of, key]) => `${of}[${key}]`),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} ? ${b} : ${a})`),
      tie('expression').map((of) => `string(${of})`),
    ),
  })).expression;

  it('ends with JSON or a refusal, whatever is said and whatever is given', () => {
    const said = fc.oneof(grown, fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 60 }));
    let values = 0;
    fc.assert(
      fc.property(said, fc.jsonValue() as fc.Arbitrary<Json>, (expression, input) => {
        const detail = refusal(expression, {
          input,
          list: [1, 'a', null, [2], { a: 1 }],
          text: 'abc',
          x: 1,
          ...big,
        });
        if (!detail.startsWith('value ')) return;
        values += 1;
        expect(JSON.parse(detail.slice(6))).toBeDefined();
      }),
      { numRuns: 400 },
    );
    expect(values).toBeGreaterThan(10); // the property is not about refusals alone
  });

  it('is bounded for texts that are filled, too', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '"', "'", '\\', 'a', ' ', '1', '+', '/') }),
        (text) => {
          try {
            fill(text, scope);
          } catch (error) {
            expect(error).toBeInstanceOf(CadreError);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('texts with {{ }}', () => {
  it.each<[string, Json]>([
    ['{{ input.price }}', 5],
    ['  {{input.tags}} ', ['a', 'b']],
    ['{{ {"a": 1}.a }}', 1],
    ['{{ {"a": {"b": 2}} }}', { a: { b: 2 } }],
    ['{{{"a": {"b": 2}}}}', { a: { b: 2 } }],
    ['{{ "}}" }}', '}}'],
    ["{{ '''a\"}}''' + \"b\" }}", 'a"}}b'],
    ['{{ "\\"}}" }}', '"}}'],
    ['{{ r"\\d}}" }}', '\\d}}'],
    ['{{ "{{" }} and {{ input.price }}', '{{ and 5'],
    ['{{input.tags}}!', '["a","b"]!'],
    ['{{input.who}}{{input.who}}', 'AdaAda'],
    ['{{input.nothing}} is', 'null is'],
    ['no } braces }} here', 'no } braces }} here'],
  ])('%s gives %j', (text, value) => {
    expect(fill(text, scope)).toEqual(value);
  });

  it('refuses one without an end', () => {
    expect(() => fill('hello {{ input.who }', scope)).toThrow('has no }}');
  });
});

describe('what an expression reads', () => {
  const read = (expression: string) => {
    const { names, steps, allSteps } = variablesOf(expression);
    return { names: [...names.keys()], steps: [...steps.keys()], all: allSteps !== undefined };
  };

  it('are its names and the steps behind `steps`, without those of its macros', () => {
    expect(read('input.items.map(x, x.n + y.n)')).toEqual({ names: ['input', 'y'], steps: [], all: false });
    expect(read('x.map(x, x)')).toEqual({ names: ['x'], steps: [], all: false });
    expect(read('steps.a.output + steps["b"].output')).toEqual({
      names: ['steps'],
      steps: ['a', 'b'],
      all: false,
    });
    expect(read('steps.map(s, s)')).toEqual({ names: ['steps'], steps: [], all: true });
    expect(read('has(steps.a) && has(b.output)')).toEqual({
      names: ['steps', 'b'],
      steps: ['a'],
      all: false,
    });
  });
});

describe('types of expressions', () => {
  const input = typeOfSchema({
    type: 'object',
    properties: {
      price: { type: 'number' },
      who: { type: 'string' },
      tags: { type: 'array', items: { type: 'string' } },
      any: {},
    },
  });
  const wrong = (expression: string, wanted?: 'bool' | 'list') =>
    checkExpression(expression, { variables: { input } }, wanted).map(
      ({ offset, message }) => `${offset}: ${message}`,
    );

  it.each([
    'input.price * 2 + 1.5 > 3',
    'input.tags.map(t, t + "!").join()',
    'input.any.thing + 1',
    'input.who == null',
    'has(input.who) ? input.who : "nobody"',
    'unknown.thing.map(x, x.y)',
    'dyn(input.who) + 1',
    'input.price in [1, 2.5]',
  ])('%s goes together', (expression) => {
    expect(wrong(expression)).toEqual([]);
  });

  it.each<[string, string, ('bool' | 'list')?]>([
    ['input.who * 2', '0: there is no text * number'],
    ['1 + input.whom', '10: there is no whom here, only price, who, tags, any'],
    ['input.price', '0: it gives a number, and a true or false is needed', 'bool'],
    ['input.who', '0: it gives a text, and a list is needed', 'list'],
    ['input.price == "a"', '0: there is no number == text'],
    ['input.tags.map(t, t * 2)', '18: there is no text * number'],
    ['input.tags.filter(t, size(t))', '21: filter() asks for true or false of each, and this is a number'],
    ['input.price.contains("a")', '0: contains() does not take a number'],
    ['!input.who', '1: what stands behind ! must be true or false, and this is a text'],
    ['input.who && true', '0: what stands beside && must be true or false, and this is a text'],
    ['1 +', '3: unexpected token: its end (at character 4)'],
    ['input.who.matches("a")', '0: there is no function matches()'],
  ])('%s does not: %s', (expression, problem, wanted) => {
    expect(wrong(expression, wanted)[0]).toContain(problem);
  });

  it('refuses nothing that has a value, where types are as the schema says', () => {
    const values = { price: 1.5, who: 'Ada', tags: ['a'], any: [1] };
    const expression = fc.constantFrom(
      'input.price',
      'input.who',
      'input.tags',
      'input.any',
      '1',
      '2.5',
      '"x"',
      'true',
      '[1]',
      'size(input.tags)',
    );
    const op = fc.constantFrom('+', '-', '*', '/', '<', '==', 'in');
    fc.assert(
      fc.property(expression, op, expression, op, expression, (a, one, b, two, c) => {
        const text = `(${a} ${one} ${b}) ${two} ${c}`;
        const found = wrong(text);
        // Comparing kinds that never are equal has a value, false, and is a mistake all the same.
        if (refusal(text, { input: values }).startsWith('value ') && !/==|in/.test(text))
          expect(found).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
