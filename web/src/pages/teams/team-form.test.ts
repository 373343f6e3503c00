import { expect, test } from 'vitest';
import { EMPTY_TEAM, readTeamForm } from './team-form.ts';

const good = { ...EMPTY_TEAM, name: ' Editors ', members: ['a', 'b'] };

test('a form becomes a team; a lead that is no member is left out, a fan-out where it means something', () => {
  expect(readTeamForm(good)).toEqual({
    team: { name: 'Editors', description: '', topology: 'adaptive', members: ['a', 'b'], fanOut: 8 },
  });
  const star = readTeamForm({ ...good, topology: 'star', lead: 'b', fanOut: 'x' });
  expect('team' in star && star.team).toMatchObject({ lead: 'b' });
  expect('team' in star && 'fanOut' in star.team).toBe(false);
  const gone = readTeamForm({ ...good, lead: 'c' });
  expect('team' in gone && 'lead' in gone.team).toBe(false);
});

test.each([
  ['name', { name: '' }],
  ['name', { name: '<img src=x>' }],
  ['name', { name: 'x'.repeat(81) }],
  ['description', { description: 'x'.repeat(2_001) }],
  ['fanOut', { fanOut: '0' }],
] as const)('a wrong %s (%j) is said at that field only', (field, changes) => {
  const read = readTeamForm({ ...good, ...changes });
  expect('problems' in read && Object.keys(read.problems)).toEqual([field]);
});
