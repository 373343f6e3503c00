import { expect, test } from 'vitest';
import { fileName } from './keep.ts';

test('a title becomes a name that every disk takes', () => {
  expect(fileName('Ferry Terminal: what 10 documents say.md')).toBe(
    'Ferry Terminal what 10 documents say.md',
  );
  expect(fileName('../../etc/passwd\u202e\u0000.html')).toBe('etc passwd.html');
  expect(fileName('<img src=x onerror=alert(1)>.md')).toBe('img src=x onerror=alert(1).md');
  expect(fileName('.md')).toBe('result.md');
  expect(fileName(`${'x'.repeat(500)}.html`)).toHaveLength(105);
});
