import { expect, test } from 'vitest';
import { bytesWords } from './size.ts';

test('sizes read as people say them, never "1000.0 kB"', () => {
  expect([0, 1, 812, 11_088, 999_949, 999_950, 4_200_000, 100_000_000].map(bytesWords)).toEqual([
    '0 bytes',
    '1 byte',
    '812 bytes',
    '11.1 kB',
    '999.9 kB',
    '1.0 MB',
    '4.2 MB',
    '100.0 MB',
  ]);
});
