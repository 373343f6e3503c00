import { describe, expect, it } from 'vitest';
import { seededRandom } from '../platform/kernel/random.ts';
import { ACTIONS, type Action, RUN_STATES, type RunState, stateAfter, statusesFor } from './states.ts';

/** QC-1 as FEATURES prints it, with what the canon and DESIGN section 3 add. */
const ALLOWED: Record<RunState, Partial<Record<Action, RunState>>> = {
  INIT: { start: 'RUNNING', terminate: 'TERMINATED', fail: 'ERROR', pause: 'PAUSED' },
  RUNNING: { pause: 'PAUSED', complete: 'COMPLETED', terminate: 'TERMINATED', fail: 'ERROR' },
  PAUSED: { resume: 'RUNNING', terminate: 'TERMINATED', fail: 'ERROR' },
  COMPLETED: {},
  TERMINATED: {},
  ERROR: {},
};

describe('the table of states', () => {
  it.each(RUN_STATES)('%s allows just its actions', (state) => {
    for (const action of ACTIONS)
      expect([action, stateAfter(state, action)]).toEqual([action, ALLOWED[state][action]]);
  });

  it('resumes to where it was paused', () => {
    expect(stateAfter('PAUSED', 'resume', 'INIT')).toBe('INIT');
    expect(stateAfter('PAUSED', 'resume', 'RUNNING')).toBe('RUNNING');
    expect(stateAfter('PAUSED', 'resume', 'COMPLETED')).toBeUndefined();
  });

  it('names the statuses of tasks for each action', () => {
    expect(statusesFor('pause')).toEqual(['pending', 'running', 'waiting']);
    expect(statusesFor('resume')).toEqual(['paused']);
    expect(statusesFor('terminate')).toEqual(['pending', 'running', 'waiting', 'paused']);
    expect(statusesFor('complete')).toEqual(['running', 'waiting']);
  });

  it('any sequence of actions obeys it, and nothing leaves a final state', () => {
    const random = seededRandom(13);
    for (let round = 0; round < 500; round += 1) {
      let state: RunState = 'INIT';
      let before: RunState = 'RUNNING';
      for (let step = 0; step < 12; step += 1) {
        const action = ACTIONS[Math.floor(random() * ACTIONS.length)] ?? 'start';
        const next = stateAfter(state, action, before);
        const wanted = ALLOWED[state][action];
        if (wanted === undefined) expect(next).toBeUndefined();
        else expect(next).toBe(action === 'resume' ? before : wanted);
        if (next === undefined) continue;
        expect(['COMPLETED', 'TERMINATED', 'ERROR']).not.toContain(state);
        if (action === 'pause') before = state;
        state = next;
      }
    }
  });
});
