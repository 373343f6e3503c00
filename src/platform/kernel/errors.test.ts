import { describe, expect, test } from 'vitest';
import { CadreError, catalogue, fromErrorRecord, isErrorCode, toErrorRecord } from './errors.ts';

describe('an error', () => {
  test('says what happened with the values at fault, and carries status, next step and whether to try again', () => {
    const error = new CadreError('task/goal-too-long', { length: 9, limit: 5 });
    expect(error.message).toBe('The goal has 9 characters; at most 5 are accepted.');
    expect(error).toMatchObject({
      status: 413,
      retryable: false,
      hint: catalogue['task/goal-too-long'].hint,
    });
    expect(new CadreError('store/full', { detail: 'x' })).toMatchObject({ status: 507, retryable: true });
  });

  test('clips long values and leaves the name of a missing one', () => {
    expect(new CadreError('task/not-found', { id: 'x'.repeat(1_000) }).message.length).toBeLessThan(400);
    expect(new CadreError('task/not-found', {}).message).toBe('There is no task id.');
  });

  test('crosses a process and comes back as itself', () => {
    const error = new CadreError('file/unreadable', { name: 'a.pdf', detail: 'torn' });
    const back = fromErrorRecord(JSON.parse(JSON.stringify(toErrorRecord(error))));
    expect(back).toBeInstanceOf(CadreError);
    expect(back).toMatchObject({ code: error.code, message: error.message, values: error.values });
  });

  test('that is not ours becomes internal/error, its words kept as the cause', () => {
    const record = toErrorRecord(new TypeError('x is undefined'));
    expect(record).toMatchObject({ code: 'internal/error', message: 'x is undefined', retryable: false });
    expect(fromErrorRecord(record).cause).toBe('x is undefined');
    expect(toErrorRecord('only text').message).toBe('only text');
    const strange = JSON.parse('{"code":"no/such","message":"m","hint":"","retryable":false,"values":{}}');
    expect(fromErrorRecord(strange).code).toBe('internal/error');
  });
});

test('every entry of the catalogue has a sentence, a next step, a status of HTTP and a code of one form', () => {
  for (const [code, { message, hint, status }] of Object.entries(catalogue)) {
    expect(code).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
    expect(message, code).toMatch(/[.}]$/);
    expect(hint, code).toMatch(/[.;]$/);
    expect(status, code).toBeGreaterThanOrEqual(400);
    expect(status, code).toBeLessThan(600);
  }
  expect(isErrorCode('task/not-found')).toBe(true);
  expect([isErrorCode('task/nonsense'), isErrorCode('toString')]).toEqual([false, false]);
});
