/** What sort of document it is: a sum of points per class, from its structure and its words. Each rule is one line. */
import { DOCUMENT_CLASSES, type DocumentClass, type DocumentText } from '../document.ts';
import type { Finding } from './finding.ts';

type Rule = [DocumentClass, number, RegExp];

/** Words at the beginning count most: titles and first lines say what a document is. */
const OPENING_LENGTH = 1500;

const OPENING_RULES: Rule[] = [
  ['letter', 2.5, /^\s*dear\b/im],
  ['letter', 1.5, /^\s*(?:to whom it may concern)/im],
  ['letter', 0.8, /^\s*(?:re|subject|betreff):/im],
  ['email', 2, /^from:.*@?/im],
  ['email', 1.2, /^(?:to|cc):/im],
  ['email', 0.8, /^subject:/im],
  ['minutes', 3.5, /\b(?:minutes of|meeting minutes|board minutes|minutes\b)/i],
  ['minutes', 2, /^\W*(?:attendees|present|in attendance|apologies|absent|participants)\b\W/im],
  ['minutes', 1, /\b(?:agenda|chair(?:ed by|person|man)?|quorum)\b/i],
  [
    'report',
    2.5,
    /\b(?:annual|quarterly|progress|status|technical|final|interim|monthly|audit|incident|inspection|research|sustainability|financial)\s+report\b/i,
  ],
  ['report', 1.2, /\breport\b/i],
  ['report', 1.5, /\b(?:executive summary|management summary|key findings)\b/i],
  [
    'contract',
    3,
    /\b(?:this|the)\s+(?:\w+\s+){0,4}(?:agreement|contract|lease|licen[cs]e)\b[^.]{0,120}\b(?:is (?:made|entered)|between|by and between|grants?)\b/i,
  ],
  ['contract', 2, /^\W*(?:[\w-]+\s+){0,5}(?:agreement|contract|lease)\W*$/im],
  ['contract', 2, /\b(?:public license|licen[cs]e agreement|end[- ]user licen[cs]e)\b/i],
  ['invoice', 3.5, /^\W*(?:(?:tax|commercial|pro[- ]?forma|sales)\s+)?invoice\b/im],
  ['invoice', 1.5, /\binvoice\s*(?:no\b|number|nr\b|#|date)/i],
  ['invoice', 1.5, /\b(?:bill to|amount due|due date|payment terms|remit to|subtotal|vat|tax invoice)\b/i],
  ['press-release', 4, /\b(?:for immediate release|press release|media release|news release)\b/i],
  ['press-release', 1, /^[A-Z][A-Za-z .]+,.{0,40}\d{4}\s*(?:--|—|–|\/PRNewswire)/m],
  ['resume', 3, /\bcurriculum vitae\b|^\W*(?:resume|résumé|cv)\b\W*$/im],
  ['policy', 2.6, /\b(?:policy|code of conduct|guidelines|terms of (?:use|service))\b/i],
  [
    'manual',
    2.4,
    /\b(?:user(?:'s)? (?:guide|manual)|manual|handbook|getting started|quick start|installation|how to|tutorial|reference guide|readme)\b/i,
  ],
  ['notes', 2, /\b(?:notes|todo|to-do|scratch|ideas|brainstorm)\b/i],
  ['article', 1.6, /^\s*[A-Z]{3,}(?:, [A-Z][\w .]{1,30})?\s(?:-|–|—|\()/],
  ['article', 1.6, /\b(?:abstract|by [A-Z][a-z]+ [A-Z][a-z]+|correspondent|doi)\b/],
];

const BODY_RULES: Rule[] = [
  ['letter', 2, /\b(?:sincerely|yours (?:truly|faithfully)|kind regards|best regards|respectfully yours)\b/i],
  [
    'minutes',
    1.5,
    /\b(?:meeting (?:was )?(?:adjourned|opened|closed)|action items?|resolved that|motion (?:was )?(?:carried|passed|seconded)|seconded by|next meeting)\b/i,
  ],
  ['report', 0.8, /\b(?:methodology|findings|recommendations|conclusions?|appendix|figure \d)\b/i],
  [
    'contract',
    2,
    /\b(?:hereinafter|hereby|witnesseth|governing law|indemnif(?:y|ication)|termination|force majeure|in witness whereof|the parties|warrant(?:y|ies)|liability)\b/i,
  ],
  ['invoice', 1.5, /\b(?:total due|balance due|amount due|unit price|qty|net 30|iban)\b/i],
  [
    'press-release',
    1.5,
    /\b(?:media contact|press contact|about [A-Z]\w+\s*\n|###\s*$|forward-looking statements)\b/i,
  ],
  [
    'resume',
    2,
    /\b(?:work experience|professional experience|employment history|education\s*\n|references available)\b/i,
  ],
  [
    'policy',
    1.4,
    /\b(?:must (?:not )?|shall comply|scope of this policy|this policy|applies to all|violations?|compliance)\b/i,
  ],
  [
    'manual',
    1.4,
    /\b(?:click|press the|run the (?:following )?command|npm install|configure|step \d|options:|usage:|--help|install)\b/i,
  ],
  ['article', 0.8, /["”]\s[\w .]{2,40}\b(?:said|told|added|asked)\b|\b(?:said|told|added)\b[^.\n]{0,40}["“]/],
  ['article', 0.8, /\b(?:said|told reporters|according to|researchers?|study|published)\b/i],
];

/** The class with a confidence in [0, 1]: the share of the winner's points, lower when there were few. */
export function classifyDocument(
  document: DocumentText,
  findings: Finding[],
): { name: DocumentClass; confidence: number } {
  const scores = new Map<DocumentClass, number>();
  const add = (name: DocumentClass, points: number) => scores.set(name, (scores.get(name) ?? 0) + points);
  const opening = `${document.meta.title ?? ''}\n${document.text.slice(0, OPENING_LENGTH)}`;
  const body = document.text.slice(0, 100_000);
  for (const [name, points, pattern] of OPENING_RULES) if (pattern.test(opening)) add(name, points);
  for (const [name, points, pattern] of BODY_RULES) if (pattern.test(body)) add(name, points);
  addStructure(document, findings, add);
  const ranked = [...scores].sort((a, b) => b[1] - a[1]);
  const [best, second] = ranked;
  if (best === undefined || best[1] < 2) return { name: 'other', confidence: 0.3 };
  const margin = best[1] / (best[1] + (second?.[1] ?? 0));
  return {
    name: best[0],
    confidence: Math.round(Math.min(0.98, margin * Math.min(1, best[1] / 5)) * 100) / 100,
  };
}

function addStructure(
  document: DocumentText,
  findings: Finding[],
  add: (name: DocumentClass, points: number) => void,
): void {
  const { type, text, segments } = document;
  const share = (kind: string) =>
    segments
      .filter((segment) => segment.kind === kind)
      .reduce((sum, segment) => sum + segment.end - segment.start, 0) / Math.max(1, text.length);
  if (type === 'eml') add('email', 8);
  if (type === 'csv' || type === 'xlsx') add('table', 6);
  if (type === 'json') add('data', 6);
  if (share('row') > 0.6) add('table', 2.5);
  if (share('code') > 0.6) add('code', 4);
  if (share('item') > 0.6) add('notes', 1.2);
  const lines = text.slice(0, 20_000).split('\n');
  const codeLines = lines.filter((line) =>
    /[;{}]\s*$|^\s*(?:import |from \S+ import|def |class |function |const |let |var |#include|return\b|if \()/.test(
      line,
    ),
  ).length;
  if (codeLines > 5 && codeLines / lines.length > 0.35) add('code', 4);
  const headings = segments.filter((segment) => segment.kind === 'heading').length;
  if (headings >= 4 && text.length > 5000) add('report', 0.8);
  const money = findings.filter(
    (item) => item.kind === 'amount' && typeof item.value === 'object' && /^[A-Z]{3}$/.test(item.value.unit),
  ).length;
  if (money >= 3 && /\binvoice\b/i.test(text.slice(0, OPENING_LENGTH))) add('invoice', 1.5);
  const named =
    /(?:^|[^a-z])(letter|minutes|report|contract|invoice|press-release|article|notes|manual|policy|resume)(?:$|[^a-z])/.exec(
      document.name.toLowerCase().replace(/press.?release/, 'press-release'),
    )?.[1];
  const hinted = DOCUMENT_CLASSES.find((name) => name === named);
  if (hinted) add(hinted, 1.8);
  if (text.trim().length > 0 && text.length < 1500 && headings === 0) add('notes', 0.5);
  if (text.length > 3000 && headings < 3 && share('row') < 0.2) add('article', 0.7);
}
