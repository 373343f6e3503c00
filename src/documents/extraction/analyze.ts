/** Everything the built-in rules find in one document. Pure and deterministic; no clock, no network, no model call. */
import type { DocumentAnalysis, DocumentText, Mention } from '../document.ts';
import { findAddresses } from './addresses.ts';
import { findAmounts } from './amounts.ts';
import { classifyDocument } from './classify.ts';
import { compact } from './compact.ts';
import { findEmails, findPhones, findUrls } from './contacts.ts';
import { findDates } from './dates.ts';
import { type Finding, settleOverlaps } from './finding.ts';
import { findIdentifiers } from './identifiers.ts';
import { detectLanguage } from './language.ts';
import { layOut, pageAt } from './layout.ts';
import { findNames } from './names.ts';
import { findKeyPhrases } from './phrases.ts';
import { findSentences } from './sentences.ts';
import { tokenise } from './tokens.ts';

const SURE_LANGUAGE = 0.3;

/**
 * Language, class, sentences, mentions and key phrases of a document. For every mention
 * `document.text.slice(start, end) === text`; mentions are in order and do not overlap, except an e-mail address or
 * url inside a postal address. Text of any kind is accepted; nothing is thrown.
 */
export function analyzeDocument(document: DocumentText): DocumentAnalysis {
  const layout = layOut(document);
  const lines = tokenise(layout);
  const patterns = findPatterns(layout.flat, document.meta.date);
  const language = detectLanguage(document.text);
  // A doubtful guess must not cost an English text its names.
  const spoken = language.confidence >= SURE_LANGUAGE ? language.code : 'und';
  const findings = settleOverlaps([...patterns, ...findNames(lines, spoken)]);
  return {
    language,
    class: classifyDocument(document, findings),
    sentences: findSentences(layout),
    mentions: findings.map((item) => toMention(document, item)),
    keyPhrases: findKeyPhrases(lines, findings),
  };
}

/** What proves itself by its form, searched in the text without runs of blanks. */
function findPatterns(flat: string, referenceDate: string | undefined): Finding[] {
  const { text, original } = compact(flat);
  const found = [
    ...findUrls(text),
    ...findEmails(text),
    ...findIdentifiers(text),
    ...findAddresses(text),
    ...findDates(text, referenceDate),
    ...findPhones(text),
    ...findAmounts(text),
  ];
  return found.map((item) => {
    const [start, end] = original(item.start, item.end);
    return { ...item, start, end };
  });
}

function toMention(document: DocumentText, { kind, start, end, confidence, value }: Finding): Mention {
  const mention: Mention = { kind, text: document.text.slice(start, end), start, end, confidence };
  const page = pageAt(document.segments, start);
  if (page !== undefined) mention.page = page;
  if (value !== undefined) mention.value = value;
  return mention;
}
