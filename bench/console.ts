/**
 * Measures the console in real Chromium on a real server: what a first visit loads, how long a person waits for an
 * answer to a key or a click, how long a committed change takes to the screen, and memory under live events. The
 * limits beside the figures are a bare event stream in the same run, and one frame of the screen. Writes
 * `results/console.json` and `results/console.md`. Exits 1 when a change never reached the screen.
 *
 *   node console.ts [--changes 300] [--clicks 100] [--minutes 10] [--per-second 5]
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { BrowserContext, Page } from 'playwright-core';
import { type CadreProcess, openBrowser, openPage, signedIn, startCadre } from '../test/support/console.ts';
import { startScriptedOperator } from '../test/support/operator.ts';
import { median, quantile, short } from './lib/statistics.ts';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '300' },
    clicks: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '10' },
    'per-second': { type: 'string', default: '5' },
  },
});

interface Figure {
  what: string;
  value: string;
  limit: string;
  met: boolean;
  check: string;
}
const figures: Figure[] = [];

/** Notes for each task the time of the frame in which its row says "completed". */
const WATCH_ROWS = `
  window.cadreSeen = {};
  const look = () => {
    for (const link of document.querySelectorAll('a[href^="/tasks/"]')) {
      const id = link.getAttribute('href').slice('/tasks/'.length).split('?')[0];
      if (window.cadreSeen[id] !== undefined) continue;
      const row = link.closest('tr, li, article');
      if (row && /completed/.test(row.textContent)) {
        window.cadreSeen[id] = 0;
        requestAnimationFrame(() => { window.cadreSeen[id] = Date.now(); });
      }
    }
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
`;

/** The operator that does the work of the tasks: it answers at once. */
const operator = await startScriptedOperator(() => ({ output: 'done' }));
const cadre = await startCadre({
  env: { CADRE_ALLOW_HOSTS: operator.host, CADRE_RATE_PER_SECOND: '0' },
  args: [], // with the example: a real brief of ten documents to walk through
});
const browser = await openBrowser();
try {
  const briefId = await exampleBrief();
  const agentId = await addAgent(cadre);
  const context = await signedIn(browser, cadre, { viewport: { width: 1440, height: 900 } });
  const { page, misdeeds } = await openPage(context, cadre.url);
  figures.push(await firstLoad(page));
  figures.push(await commitToScreen(page, agentId, Number(values.changes)));
  figures.push(await interaction(context, briefId, Number(values.clicks)));
  if (Number(values.minutes) > 0) figures.push(await memory(page, agentId, Number(values.minutes)));
  if (misdeeds.all.length > 0) throw new Error(`the page misbehaved: ${misdeeds.all.join('; ')}`);
} finally {
  await browser.close();
  await cadre.end();
  await operator.close();
}
report();

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${cadre.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${cadre.key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<T>; // the caller knows the operation
}

/** The finished brief of the first start. */
async function exampleBrief(): Promise<string> {
  for (;;) {
    const list = await api<{ items: Array<{ id: string; status: string }> }>('GET', '/tasks');
    const [brief] = list.items;
    if (brief?.status === 'completed') return brief.id;
    if (brief?.status === 'failed') throw new Error('the example failed');
    await sleep(200);
  }
}

async function addAgent({ url }: CadreProcess): Promise<string> {
  const spec = {
    name: 'Echo',
    capabilities: [{ name: 'echo', confidence: 0.9 }],
    executor: { kind: 'http', url: operator.url },
    maxConcurrent: 8,
  };
  const agent = await api<{ id: string; status: string }>('POST', '/agents', spec);
  if (agent.status !== 'idle') throw new Error(`the bench's agent at ${url} is ${agent.status}`);
  return agent.id;
}

/** Script and style that a first visit to the signed-in home page fetches, gzipped as HTTP would. */
async function firstLoad(page: Page): Promise<Figure> {
  const fetched = new Set<string>();
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (/\.(js|css)$/.test(path)) fetched.add(path);
  });
  await page.goto('/', { waitUntil: 'networkidle' });
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  const dist = join(here, '../web/dist');
  const sizeOf = (path: string) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
  const scripts = [...fetched].filter((path) => path.endsWith('.js'));
  const scriptKb = scripts.reduce((sum, path) => sum + sizeOf(path), 0) / 1_000;
  const allKb =
    readdirSync(join(dist, 'assets'))
      .filter((name) => name.endsWith('.js'))
      .reduce((sum, name) => sum + sizeOf(join('assets', name)), 0) / 1_000;
  return {
    what: 'first load of the home page, script, gzip',
    value: `${short(scriptKb)} kB in ${scripts.length} files (the whole console: ${short(allKb)} kB)`,
    limit: 'aim 200 kB',
    met: scriptKb < 200,
    check: `${fetched.size} files seen on the wire`,
  };
}

/**
 * Time from the commit of a task's end (the event's own time, the database's clock) to the frame in which the list
 * shows it, beside a bare stream in this process that shows nothing.
 */
async function commitToScreen(page: Page, agentId: string, changes: number): Promise<Figure> {
  await page.goto('/tasks');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate(WATCH_ROWS);
  const floor = new Map<string, number>();
  const committed = new Map<string, number>();
  const stop = new AbortController();
  const following = followBare(stop.signal, (type, taskId, at) => {
    if (type !== 'task.settled') return;
    floor.set(taskId, Date.now() - at);
    committed.set(taskId, at);
  });
  await sleep(300);
  const ours: string[] = [];
  for (let index = 0; index < changes; index += 1) {
    ours.push((await api<{ id: string }>('POST', '/tasks', { goal: `Change ${index}`, agentId })).id);
    await sleep(1_000 / 20);
  }
  const until = Date.now() + 20_000;
  let seen: Record<string, number> = {};
  while (Date.now() < until) {
    seen = await page.evaluate('window.cadreSeen');
    if (ours.every((id) => seen[id] && floor.has(id))) break; // 0: its frame is still to come
    await sleep(200);
  }
  stop.abort();
  await following;
  const screen = ours.flatMap((id) => (seen[id] ? [seen[id] - (committed.get(id) ?? Number.NaN)] : []));
  const p95 = quantile(screen, 0.95);
  const floor95 = quantile([...floor.values()], 0.95);
  if (screen.length < changes) process.exitCode = 1;
  return {
    what: 'from commit to screen',
    value: `p50 ${short(median(screen))} ms, p95 ${short(p95)} ms; ${short(p95 / floor95)}x a bare stream (p95 ${short(floor95)} ms)`,
    limit: 'must 200 ms, aim 50 ms',
    met: p95 <= 200 && screen.length >= changes,
    check: `${screen.length} of ${changes} ends shown`,
  };
}

/** The event stream with nothing behind it: what any client must at least wait. */
async function followBare(
  signal: AbortSignal,
  onEvent: (type: string, taskId: string, atMs: number) => void,
): Promise<void> {
  try {
    const answer = await fetch(`${cadre.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${cadre.key}` },
      signal,
    });
    let rest = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      const frames = (rest + chunk).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (!data) continue;
        const event: { type: string; taskId: string; at: string } = JSON.parse(data);
        onEvent(event.type, event.taskId, Date.parse(event.at));
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * Time from a key or click to the next frame that answers it, by the browser's own Event Timing; what took less than
 * it reports (16 ms) counts as 16. Walks through a finished brief: tabs, a step's panel, the palette, typing.
 */
async function interaction(context: BrowserContext, briefId: string, clicks: number): Promise<Figure> {
  const { page } = await openPage(context, cadre.url);
  await page.addInitScript(`
    window.cadreEvents = [];
    window.cadreParts = [];
    document.addEventListener('click', ({ target, timeStamp }) => {
      if (!(target instanceof Element) || target.getAttribute('role') !== 'tab') return;
      const part = target.textContent.trim().toLowerCase();
      const look = (now) => {
        if (document.querySelector('[role=tabpanel][data-part=' + part + ']')) window.cadreParts.push(now - timeStamp);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, true);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.interactionId) window.cadreEvents.push([entry.interactionId, entry.duration]);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  `);
  await page.goto(`/tasks/${briefId}`);
  await page.getByRole('tab').first().waitFor();
  let done = 0;
  while (done < clicks) {
    for (const part of ['plan', 'timeline', 'events', 'details', 'result']) {
      await page.getByRole('tab', { name: new RegExp(part, 'i') }).click();
      await page.locator(`[role=tabpanel][data-part=${part}]`).waitFor();
      done += 1;
    }
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('tasks');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    done += 7;
  }
  await sleep(300);
  const entries: Array<[number, number]> = await page.evaluate('window.cadreEvents');
  const parts: number[] = await page.evaluate('window.cadreParts');
  const longest = new Map<number, number>();
  for (const [which, ms] of entries) longest.set(which, Math.max(ms, longest.get(which) ?? 0));
  const all = [...longest.values(), ...Array<number>(Math.max(0, done - longest.size)).fill(16)];
  const p95 = quantile(all, 0.95);
  await page.close();
  return {
    what: 'interaction, from input to next frame',
    value: `p50 ${short(median(all))} ms, p95 ${short(p95)} ms; ${short(p95 / (1_000 / 60))}x a frame; a whole part of a task, drawn: p50 ${short(median(parts))} ms, p95 ${short(quantile(parts, 0.95))} ms`,
    limit: 'aim 50 ms',
    met: p95 <= 50,
    check: `${done} clicks and keys, ${longest.size} above 16 ms`,
  };
}

/** The page's heap after garbage collection, each minute, while tasks come and go before its eyes. */
async function memory(page: Page, agentId: string, minutes: number): Promise<Figure> {
  await page.goto('/');
  const devtools = await page.context().newCDPSession(page);
  const heapMb = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    return usedSize / 1e6;
  };
  const samples: number[] = [];
  let submitted = 0;
  const perSecond = Number(values['per-second']);
  for (let minute = 0; minute <= minutes; minute += 1) {
    samples.push(await heapMb());
    process.stderr.write(`  minute ${minute}: ${short(samples.at(-1) ?? 0)} MB, ${submitted} tasks\n`);
    if (minute === minutes) break;
    const end = Date.now() + 60_000;
    while (Date.now() < end) {
      await api('POST', '/tasks', { goal: `Live ${submitted}`, agentId });
      submitted += 1;
      await sleep(1_000 / perSecond);
    }
  }
  const growth = (samples.at(-1) ?? 0) - (samples[1] ?? samples[0] ?? 0);
  const perMinute = growth / Math.max(1, minutes - 1);
  return {
    what: `heap of the page over ${minutes} minutes of live events`,
    value: `${short(samples[0] ?? 0)} MB at first, ${short(samples.at(-1) ?? 0)} MB at last; ${short(perMinute)} MB a minute after the first`,
    limit: 'no growth (under 1 MB a minute)',
    met: perMinute < 1,
    check: `${submitted} tasks went by`,
  };
}

function report(): void {
  const lines = [
    '# The console',
    '',
    `Chromium, headless, on ${process.platform} with ${loadavg()[0]?.toFixed(1)} load; by \`node console.ts\`.`,
    '',
    '| What | Measured | Limit | Met | Check |',
    '|---|---|---|---|---|',
    ...figures.map(
      (each) =>
        `| ${each.what} | ${each.value} | ${each.limit} | ${each.met ? 'yes' : 'NO'} | ${each.check} |`,
    ),
    '',
  ];
  mkdirSync(join(here, 'results'), { recursive: true });
  writeFileSync(join(here, 'results/console.md'), lines.join('\n'));
  writeFileSync(join(here, 'results/console.json'), `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`${lines.join('\n')}\n`);
}
