import { expect, it } from 'vitest';
import { until } from '../../../test/support/engine.ts';
import { createTestDatabase, onEveryStore } from '../../../test/support/stores.ts';
import { listen } from '../store/notify.ts';
import { createLiveText, MAX_NOTICE_BYTES, noticesOf, type TextPiece } from './live-text.ts';

const piece = (text: string, more: Partial<TextPiece> = {}): TextPiece => ({
  tenantId: 't',
  rootId: 'r',
  taskId: 'r',
  agentId: null,
  turn: '1',
  text,
  ...more,
});

it('sends deltas in batches, in order, to those who follow that goal and to nobody else', async () => {
  const live = createLiveText('one');
  const heard: TextPiece[] = [];
  const others: TextPiece[] = [];
  live.follow({ tenantId: 't', rootId: 'r' }, (one) => heard.push(one));
  for (const filter of [
    { tenantId: 'u', rootId: 'r' },
    { tenantId: 't', rootId: 's' },
  ])
    live.follow(filter, (one) => others.push(one));
  for (let index = 0; index < 50; index += 1) live.say(piece(`${index} `));
  expect(heard).toEqual([]);
  await until(async () => heard.length > 0, 'a batch');
  expect(heard.map(({ text }) => text)).toEqual([
    Array.from({ length: 50 }, (_, index) => `${index} `).join(''),
  ]);
  expect(others).toEqual([]);
  await live.close();
});

it('keeps no more than fits, and a listener that left hears nothing', async () => {
  const live = createLiveText('one');
  const heard: TextPiece[] = [];
  const off = live.follow({ tenantId: 't', rootId: 'r' }, (one) => heard.push(one));
  for (let index = 0; index < 1_000; index += 1) live.say(piece('x'.repeat(1_000)));
  live.flush();
  expect(heard).toHaveLength(1);
  expect(heard[0]?.text.length).toBeLessThanOrEqual(65_000);
  off();
  live.say(piece('late'));
  live.flush();
  expect(heard).toHaveLength(1);
  await live.close();
});

it('cuts what one notification of PostgreSQL cannot carry, and no character with it', () => {
  const text = '🚢 "quoted"\n'.repeat(3_000);
  const notices = noticesOf('one', piece(text));
  expect(notices.length).toBeGreaterThan(1);
  for (const one of notices) expect(Buffer.byteLength(one)).toBeLessThanOrEqual(MAX_NOTICE_BYTES);
  expect(notices.map((one) => JSON.parse(one).piece.text).join('')).toBe(text);
});

onEveryStore('text between processes', (dialect) => {
  it.skipIf(dialect === 'sqlite')('arrives in the other process, once', async () => {
    const database = await createTestDatabase(dialect);
    const url = database.databaseUrl ?? '';
    const open = (name: string) =>
      createLiveText(name, (onNotice) => listen(url, onNotice, () => {}, 'cadre_text'));
    const [speaker, reader] = [open('speaker'), open('reader')];
    const here: TextPiece[] = [];
    const there: TextPiece[] = [];
    speaker.follow({ tenantId: 't', rootId: 'r' }, (one) => here.push(one));
    reader.follow({ tenantId: 't', rootId: 'r' }, (one) => there.push(one));
    // Who listens is connected a moment later; what was said before is gone, as text may be.
    await until(async () => {
      speaker.say(piece('word '));
      speaker.flush();
      return there.length > 0;
    }, 'text in the other process');
    const before = here.length;
    speaker.say(piece('last'));
    speaker.flush();
    await until(async () => there.at(-1)?.text === 'last', 'the last word');
    expect(here.slice(before).map(({ text }) => text)).toEqual(['last']);
    expect(there.filter(({ text }) => text === 'last')).toHaveLength(1);
    await Promise.all([speaker.close(), reader.close()]);
    await database.drop();
  });
});
