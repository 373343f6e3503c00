import { expect, test } from 'vitest';
import { labelOf } from './step-label.ts';

test('a step about a file calls it as it is called', () => {
  expect(labelOf('read-design-report-pdf', 'Read design-report.pdf')).toBe('Read design-report.pdf');
  expect(labelOf('examine-minutes-2026-10-06-docx', 'Find names in minutes-2026-10-06.docx')).toBe(
    'Examine minutes-2026-10-06.docx',
  );
  expect(labelOf('read-my-trip-to-oslo-txt', 'Read My trip to Oslo.txt')).toBe('Read My trip to Oslo.txt');
  expect(labelOf('read-budget-xlsx', 'Read something.pdf')).toBe('Read budget.xlsx');
  expect(labelOf('link', 'Link the same people.')).toBe('Link');
  expect(labelOf('write', '')).toBe('Write');
});
