/**
 * Extraction figures.
 *   node bench/documents.ts                      the labelled set of test/gold, per kind
 *   node bench/documents.ts --gold <file.iob2>   persons, organisations and places on a text in IOB2
 *   --json                                       the same as data;  --errors <n>  more examples per class of error
 *   --separator newline|blank|space              how sentences of an IOB2 file are joined
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { DocumentText, EntityKind } from '../src/documents/document.ts';
import { analyzeDocument } from '../src/documents/extraction/analyze.ts';
import { GOLD_KINDS, PARTS, readGold } from './lib/gold.ts';
import { type GoldDocument, readIob2 } from './lib/iob2.ts';
import { type Comparison, compare, errorClasses, figures, type Labelled, total } from './lib/score.ts';

const { values: options } = parseArgs({
  options: {
    gold: { type: 'string' },
    json: { type: 'boolean', default: false },
    errors: { type: 'string', default: '4' },
    separator: { type: 'string', default: 'newline' },
  },
});

const NAMES: EntityKind[] = ['person', 'organisation', 'place'];
const separators: Record<string, string> = { newline: '\n', blank: '\n\n', space: ' ' };

const started = performance.now();
let characters = 0;
const results: object[] = [];
if (options.gold !== undefined) {
  const gold = readIob2(readFileSync(options.gold, 'utf8'), separators[options.separator] ?? '\n');
  report(`names in ${options.gold}`, gold, NAMES);
} else {
  for (const part of PARTS) report(`test/gold, ${part} part`, readGold(part), GOLD_KINDS);
  report('test/gold, all parts', PARTS.flatMap(readGold), GOLD_KINDS);
}

if (options.json) console.log(JSON.stringify(results, null, 2));

function found(text: string, name: string, kinds: EntityKind[]): Labelled[] {
  characters += text.length;
  const document: DocumentText = {
    name,
    type: 'txt',
    text,
    segments: [],
    tables: [],
    meta: {},
    warnings: [],
  };
  return analyzeDocument(document).mentions.filter((mention) => kinds.includes(mention.kind));
}

function report(title: string, documents: GoldDocument[], kinds: EntityKind[]): void {
  const parts: Comparison[] = documents.map((gold) =>
    compare(gold.name, gold.mentions, found(gold.text, gold.name, kinds)),
  );
  const sum = total(parts);
  const rows = [
    ...kinds.map((kind) => [kind, figures(sum, [kind])] as const),
    ['all', figures(sum, kinds)] as const,
  ];
  const classes = errorClasses(sum.errors.filter((error) => kinds.includes(error.kind)));
  const elapsedMs = Math.round(performance.now() - started);
  if (options.json) {
    results.push({ title, figures: Object.fromEntries(rows), errors: classes, elapsedMs, characters });
    return;
  }
  console.log(`\n${title} (${documents.length} documents)`);
  console.log('kind          expected  found  right  precision  recall     F1');
  for (const [kind, f] of rows) {
    const share = (value: number) => value.toFixed(3).padStart(9);
    console.log(
      kind.padEnd(14) +
        String(f.expected).padStart(8) +
        String(f.found).padStart(7) +
        String(f.right).padStart(7) +
        share(f.precision).padStart(11) +
        share(f.recall) +
        share(f.f1),
    );
  }
  console.log('\ncommonest errors (expected → found)');
  for (const { error, count, examples } of classes.slice(0, 16)) {
    console.log(
      `${String(count).padStart(5)}  ${error.padEnd(34)} ${examples.slice(0, Number(options.errors)).join(' | ')}`,
    );
  }
  console.log(`\n${characters} characters in ${elapsedMs} ms, loading included`);
}
