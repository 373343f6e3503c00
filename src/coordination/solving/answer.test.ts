import { describe, expect, it } from 'vitest';
import { judgeAnswer, optionOf, plain, readAnswer } from './answer.ts';

describe('answers', () => {
  it('are the same in whatever case, quotes and spaces', () => {
    expect(plain('  “The   Hague”. ')).toBe('the hague');
    expect(plain('3.14')).toBe('3.14');
    expect(plain('ﬁve')).toBe('five');
  });

  it('mean an option to the letter first, else the only one of the same form', () => {
    expect(optionOf('Yes.', ['yes', 'no'])).toBe('yes');
    expect(optionOf('A', ['a', 'A'])).toBe('A');
    expect(optionOf('"a"', ['a', 'A'])).toBeUndefined();
    expect(optionOf('perhaps', ['yes', 'no'])).toBeUndefined();
  });

  it('are read with what the agent says of them', () => {
    expect(
      readAnswer({ answer: 'NO', confidence: 0.7, evidence: 'page 2', costUsd: 0.1 }, ['yes', 'no']),
    ).toEqual({
      status: 'answered',
      answer: 'no',
      confidence: 0.7,
      evidence: 'page 2',
      costUsd: 0.1,
      error: null,
    });
    expect(readAnswer({ answer: 42 }, null)).toMatchObject({ status: 'answered', answer: '42' });
    expect(readAnswer({ answer: null }, null)).toMatchObject({ status: 'abstained', answer: null });
  });

  it('twin: what is no answer, or no option, does not count', () => {
    for (const data of [
      undefined,
      {},
      { answer: ['a'] },
      { answer: 'a', confidence: 2 },
      { answer: 'a', costUsd: -1 },
    ])
      expect(readAnswer(data, ['a', 'b']).status).toBe('unusable');
    expect(readAnswer({ answer: 'c' }, ['a', 'b'])).toMatchObject({ status: 'unusable', answer: 'c' });
    expect(readAnswer({ answer: ' . ' }, null).status).toBe('unusable');
  });
});

describe('a judgement', () => {
  const right = (answer: string, known: object) =>
    judgeAnswer(
      { status: 'answered', answer },
      { truth: null, teamAnswer: 'a', teamRight: false, options: 3, ...known },
    );

  it('with the right answer judges everybody', () => {
    expect([right('b', { truth: 'b' }), right('a', { truth: 'b' })]).toEqual([true, false]);
  });

  it('of the team alone says no more than it knows', () => {
    expect([right('a', { teamRight: true }), right('b', { teamRight: true })]).toEqual([true, false]);
    expect([right('a', {}), right('b', {})]).toEqual([false, null]);
    expect(right('b', { options: 2 })).toBe(true);
  });

  it('counts what is no answer as wrong, and silence not at all', () => {
    const known = { truth: 'a', teamAnswer: 'a', teamRight: true, options: 2 };
    expect(judgeAnswer({ status: 'unusable', answer: 'x' }, known)).toBe(false);
    for (const status of ['abstained', 'timeout', 'failed', 'spared'])
      expect(judgeAnswer({ status, answer: null }, known)).toBeNull();
  });
});
