/** What is true in the papers of the affair: the answers that tests compare with. No file of the set holds this. */
import { BUDGET_2025, BUDGET_2026, FIGURES, PAYMENTS, sum } from './money.mjs';

const R = 'design-report.pdf';
const M = 'minutes-2026-10-06.docx';
const B = 'budget.xlsx';
const P = 'payments-2026.csv';
const C = 'waiting-hall.eml';
const A = 're-waiting-hall.eml';
const H = 'press-release.html';
const N = 'site-notes.md';
const L = 'residents-letter.txt';
const J = 'contract.json';

const byKey = (rows, key, value) => {
  const totals = {};
  for (const row of rows) totals[row[key] || '(none)'] = (totals[row[key] || '(none)'] ?? 0) + row[value];
  return totals;
};

export const TRUTH = {
  about:
    'The truth about examples/harbour. A quote is to be found in the named file after runs of white space are made one space; a pdf and an e-mail wrap their lines.',
  files: [
    { name: R, type: 'pdf', class: 'report', date: '2026-09-14', pages: 4, from: 'Brightwater Engineering' },
    { name: M, type: 'docx', class: 'minutes', date: '2026-10-06', from: 'Dunmarra Ferry Terminal Steering Group' },
    { name: B, type: 'xlsx', class: 'table', sheets: ['Budget 2026', 'Budget 2025'] },
    { name: P, type: 'csv', class: 'table', rows: PAYMENTS.length },
    { name: C, type: 'eml', class: 'email', date: '2026-10-15', from: 'Ingrid Solheim' },
    { name: A, type: 'eml', class: 'email', date: '2026-10-16', from: 'Margaret Doyle' },
    { name: H, type: 'html', class: 'press-release', date: '2026-10-09', from: 'Dunmarra Harbour Trust' },
    { name: N, type: 'md', class: 'notes', date: '2026-10-22', from: 'Tomasz Nowak' },
    { name: L, type: 'txt', class: 'letter', date: '2026-10-28', from: 'Ruth Kavanagh' },
    { name: J, type: 'json', class: 'data', date: '2026-06-22', from: 'Dunmarra Harbour Trust' },
  ],
  persons: [
    { name: 'Priya Raman', role: 'chair of the steering group', matters: true },
    { name: 'Margaret Doyle', role: 'harbour director', organisation: 'Dunmarra Harbour Trust', matters: true },
    { name: 'Colin Byrne', role: 'treasurer', organisation: 'Dunmarra Town Council', matters: true },
    { name: 'Tomasz Nowak', role: 'project engineer', organisation: 'Brightwater Engineering', matters: true },
    { name: 'Daniel Okafor', role: 'site manager', organisation: 'Halden Marine Works Ltd', matters: true },
    { name: 'Ingrid Solheim', role: 'operations director', organisation: 'Northline Ferries', matters: true },
    { name: 'Ruth Kavanagh', role: 'secretary', organisation: "Quay Street Residents' Association", matters: true },
    { name: 'Hannah Fitzgerald', role: 'communications officer', organisation: 'Dunmarra Harbour Trust' },
    { name: 'Eleanor Walsh', role: 'mayor', organisation: 'Dunmarra' },
    { name: 'Liam Gallagher', role: 'grants officer', organisation: 'Coastal Communities Fund' },
    { name: 'Peter Lindqvist', role: 'managing director', organisation: 'Halden Marine Works Ltd' },
    { name: 'Nora Keane', role: 'resident of Quay Street' },
  ],
  organisations: [
    'Dunmarra Harbour Trust',
    'Dunmarra Town Council',
    'Brightwater Engineering',
    'Halden Marine Works Ltd',
    'Northline Ferries',
    'Coastal Communities Fund',
    'Solvik Pontoons AS',
    'Terra Firma Surveys',
    'Western Grid Services',
    "Quay Street Residents' Association",
    'Corrib Hoardings',
    'Carrick Modular Ltd',
    'Lumen Lifts Ltd',
    'Harbour Press',
  ],
  places: ['Dunmarra', 'Inish Torran', 'Galway', 'Limerick', 'Bergen', 'Saltmarsh Point', 'Quay Street'],
  amounts: [
    { number: FIGURES.budget2026, unit: 'EUR', what: 'budget for 2026', files: [M, R] },
    { number: FIGURES.budget2025, unit: 'EUR', what: 'budget for 2025', files: [M] },
    { number: FIGURES.contract, unit: 'EUR', what: 'contract with Halden Marine Works Ltd', files: [M, J] },
    { number: 1500000, unit: 'EUR', what: 'grant of the Coastal Communities Fund', files: [R, H] },
    { number: 685000, unit: 'EUR', what: 'pontoon and gangway', files: [R, M, B] },
    { number: 294000, unit: 'EUR', what: 'deposit to Halden Marine Works Ltd', files: [M, P] },
    { number: 218000, unit: 'EUR', what: 'invoice HMW-003, held', files: [N, P] },
    { number: 170000, unit: 'EUR', what: 'contingency', files: [R, N, B] },
    { number: 82500, unit: 'EUR', what: 'lighting of Quay Street', files: [M, B] },
    { number: FIGURES.paidToSeptember, unit: 'EUR', what: 'payments from January to September 2026', files: [M] },
    { number: 21400, unit: 'EUR', what: 'yearly fee for the shore power connection', files: [A] },
    { number: 14700, unit: 'EUR', what: 'three further boreholes', files: [N] },
  ],
  totals: [
    { file: B, sheet: 'Budget 2026', column: 'Amount (EUR)', rows: BUDGET_2026.length, total: FIGURES.budget2026, statedInTable: true },
    { file: B, sheet: 'Budget 2025', column: 'Amount (EUR)', rows: BUDGET_2025.length, total: FIGURES.budget2025, statedInTable: true },
    { file: P, column: 'amount_eur', rows: PAYMENTS.length, total: FIGURES.payments, statedInTable: false },
  ],
  groups: {
    budget2026ByVendor: byKey(BUDGET_2026, 1, 3),
    budget2026ByStatus: byKey(BUDGET_2026, 2, 3),
    paymentsByPayee: byKey(PAYMENTS, 2, 4),
    paymentsByStatus: byKey(PAYMENTS, 5, 4),
    paidToEndOfSeptember: sum(PAYMENTS, 4, (row) => row[5] === 'paid' && row[0] <= '2026-09-30'),
  },
  timeline: [
    { date: '2026-06-22', what: 'contract signed', files: [J] },
    { date: '2026-07-03', what: 'deposit of €294,000 paid', files: [M, P] },
    { date: '2026-09-14', what: 'design report', files: [R] },
    { date: '2026-10-06', what: 'meeting of the steering group', files: [M] },
    { date: '2026-10-09', what: 'press release', files: [H] },
    { date: '2026-10-21', what: 'site visit', files: [N] },
    { date: '2026-10-24', what: 'Nora Keane fell in Quay Street', files: [L] },
    { date: '2026-11-09', what: 'piling begins', files: [R, M, H, J] },
    { date: '2026-11-20', what: 'tenders for the electrical supply close', files: [M] },
    { date: '2026-11-30', what: 'first grant claim due', files: [R, M] },
    { date: '2027-01-15', what: 'planning permission for the lighting due', files: [M] },
    { date: '2027-01-29', what: 'pontoon due in Dunmarra', files: [R, B] },
    { date: '2027-02-26', what: 'piling complete', files: [R, J] },
    { date: '2027-03-02', what: 'temporary pontoon in use, berthing trial', files: [R, C, H] },
    { date: '2027-06-14', what: 'terminal opens to passengers (minutes)', files: [M] },
  ],
  contradictions: [
    {
      id: 'opening-date',
      subject: 'the day on which the new terminal opens to passengers',
      values: ['14 June 2027', '1 May 2027'],
      sides: [
        { file: M, quote: 'the new terminal will open to passengers on 14 June 2027' },
        { file: H, quote: 'The new terminal will open to passengers on 1 May 2027' },
      ],
    },
    {
      id: 'contract-value',
      subject: 'the value of the contract with Halden Marine Works Ltd',
      values: ['€2,490,000', '€2,940,000'],
      sides: [
        { file: R, quote: 'The contract with Halden Marine Works Ltd has a value of €2,490,000' },
        { file: M, quote: 'The contract with Halden Marine Works Ltd has a value of €2,940,000' },
      ],
      agreeingWithTheSecond: [J, B],
    },
    {
      id: 'chair',
      subject: 'who chairs the steering group',
      values: ['Priya Raman', 'Colin Byrne'],
      sides: [
        { file: M, quote: 'Dr Priya Raman chaired the meeting' },
        { file: L, quote: 'Mr Colin Byrne Chair of the Steering Group' },
      ],
      agreeingWithTheFirst: [R],
    },
    {
      id: 'hall-capacity',
      subject: 'the number of passengers for which the waiting hall is designed',
      values: ['320 passengers', '260 passengers'],
      sides: [
        { file: R, quote: 'The waiting hall is designed for 320 passengers' },
        { file: C, quote: 'the waiting hall is designed for 260 passengers' },
      ],
    },
  ],
  notContradictions: [
    { values: ['€3,120,000', '€4,860,000'], because: 'budgets of two different years' },
    { values: ['€4,860,000', 'about €4.9 million'], because: 'a rounded figure' },
    { values: ['386,000', '412,000'], because: 'passengers of two different years' },
    { values: ['86 metres', 'about 280 feet'], because: 'the same length in another unit, rounded' },
    { values: ['2 March 2027', '14 June 2027'], because: 'the temporary pontoon and the new terminal' },
    { values: ['320 passengers', '180 passengers'], because: 'the hall and the vessel' },
    { values: ['Tuesday 20 October', 'Thursday 22 October'], because: 'a proposal and the answer to it' },
    { values: ['€2,150,000', '€4,860,000', '€7,400,000'], because: 'three options' },
    { values: ['No decision was taken', 'piling at night is planned'], because: 'the minutes report a decision, the letter a rumour' },
  ],
  gaps: [
    { what: 'Annex C (ground survey) is referred to in the design report and is not in it', file: R, quote: 'reproduced in Annex C' },
    { what: 'Paper SG-14 (risk register) is not among the files', file: M, quote: 'the paper SG-14 (risk register)' },
    { what: 'The draft agreement on shore power is said to be attached and is not', file: A, quote: 'You will find the draft agreement attached' },
    { what: 'Action 5 (planning permission for the lighting) has no owner', file: M, quote: 'to be named' },
    { what: 'Nobody has taken charge of the tide gauge', file: N, quote: 'Nobody has taken charge of it' },
    { what: 'It is not settled who pays for the lighting of Quay Street', file: M, quote: 'Who pays for the lighting of Quay Street?' },
    { what: 'The budget line for Quay Street lighting has neither a vendor nor a due date', file: B, quote: 'Quay Street lighting' },
  ],
  questions: [
    { question: 'When does the piling start?', answer: ['9 November 2026'], files: [R, M, H, J] },
    { question: 'Who is the harbour director?', answer: ['Margaret Doyle'], files: [M, A, J] },
    { question: 'How much does the pontoon cost?', answer: ['€685,000', '685000', '685,000'], files: [R, M, B] },
    { question: 'When is the first grant claim due?', answer: ['30 November 2026'], files: [R, M] },
    { question: 'Who has to submit the first grant claim?', answer: ['Colin Byrne'], files: [M] },
    { question: 'How many passengers did the crossing carry in 2025?', answer: ['412,000'], files: [R, H] },
    { question: 'Why was invoice HMW-003 held?', answer: ['pile 7'], files: [N] },
    { question: 'Which option does Brightwater Engineering recommend?', answer: ['Option B'], files: [R] },
    { question: 'When do the tenders for the electrical supply close?', answer: ['20 November 2026'], files: [M] },
    { question: 'What is the total of the amounts in payments-2026.csv?', answer: [String(FIGURES.payments), FIGURES.payments.toLocaleString('en-IE')], files: [P] },
    { question: 'Who said that the ferry will sail on every single day of the works?', answer: ['Margaret Doyle'], files: [H] },
    { question: 'Who wrote for the residents of Quay Street?', answer: ['Ruth Kavanagh'], files: [L] },
    { question: 'How long is the new berth?', answer: ['86 metres', '280 feet'], files: [R, H] },
    { question: 'What is the name of the captain of the Torran Light?', answer: [], files: [], because: 'no file says so' },
  ],
};
