import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

/**
 * A real Cadre process and real Chromium pages on it, for the tests of the console. Every page notes what it must
 * not do: errors, refused policies, requests to another origin.
 */

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'bin/cadre.mjs');

/** Chromium of this machine: `CADRE_CHROMIUM`, else where systems put it; undefined where there is none. */
export function chromiumPath(): string | undefined {
  const places = [
    process.env.CADRE_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  return places.find((path) => path !== undefined && existsSync(path));
}

export interface CadreProcess {
  readonly home: string;
  readonly url: string;
  readonly key: string;
  /** The one-time link of this start. */
  readonly signInLink: string;
  readonly child: ChildProcess;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** A new process on the same home and port. */
  restart(): Promise<CadreProcess>;
  /** Ends it and removes the home. */
  end(): Promise<void>;
}

/** Starts `cadre start` as a person would, on a home and port of its own. */
export async function startCadre(
  options: { args?: string[]; env?: NodeJS.ProcessEnv; home?: string; port?: number } = {},
): Promise<CadreProcess> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'cadre-console-'));
  const args = [
    'start',
    '--home',
    home,
    '--port',
    String(options.port ?? 0),
    ...(options.args ?? ['--no-example']),
  ];
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...process.env, CADRE_LEASE_TTL_MS: '3000', DATABASE_URL: '', ...options.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const file = join(home, 'server.json');
  for (;;) {
    if (child.exitCode !== null) throw new Error(`cadre start ended: ${said}`);
    if (existsSync(file)) {
      const server: { pid?: number } = JSON.parse(readFileSync(file, 'utf8') || '{}');
      if (server.pid === child.pid) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { url, key, signIn }: { url: string; key: string; signIn: string } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  return {
    home,
    url,
    key,
    signInLink: signIn,
    child,
    kill,
    async restart() {
      await kill();
      return startCadre({ ...options, home, port: Number(new URL(url).port) });
    },
    async end() {
      await kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Chromium without a window and without calls home. */
export function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (!executablePath) throw new Error('there is no Chromium here; set CADRE_CHROMIUM');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-sync',
    ],
  });
}

/** In the page: a refused policy becomes an error in its console. As text, because it runs there and not here. */
const TELL_POLICY = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile);
})`;

/** What a page did that it must not do. Empty for a good page. */
export interface Misdeeds {
  readonly all: string[];
}

/** A page that notes its misdeeds. A refused connection while the server is down is no misdeed of the page. */
export async function openPage(
  context: BrowserContext,
  origin: string,
): Promise<{ page: Page; misdeeds: Misdeeds }> {
  const page = await context.newPage();
  const all: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (
      /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH)/.test(
        text,
      )
    )
      return;
    all.push(`${message.type()}: ${text}`);
  });
  page.on('pageerror', (error) => all.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    all.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== 'data:' && url.protocol !== 'blob:')
      all.push(`foreign: ${url}`);
  });
  await page.addInitScript(TELL_POLICY);
  return { page, misdeeds: { all } };
}

/** A browser context signed in with the key of the server, as by the form. */
export async function signedIn(
  browser: Browser,
  cadre: CadreProcess,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  // Pictures that move cost as much as the rest of a page where they are drawn without a graphics card.
  const context = await browser.newContext({ baseURL: cadre.url, reducedMotion: 'reduce', ...options });
  const answer = await context.request.post('/sign-in', { data: { key: cadre.key } });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
  return context;
}

/** Pages of people who are signed in, for the tests of a file. */
export interface WatchedPages {
  /** Opens a path; with a key as its owner. */
  open(path: string, key?: string): Promise<Page>;
  /** The same once the page follows the log: what happens from now on is seen, also what is shown for a moment only. */
  openLive(path: string): Promise<Page>;
  /** Closes all; answers their misdeeds but those that were asked for. */
  close(isAskedFor: RegExp): Promise<string[]>;
}

/** A refusal that a test asks for is told by the browser too: `close` leaves those out. */
export function watchPages(where: () => { browser: Browser; cadre: CadreProcess }): WatchedPages {
  const watched: Misdeeds[] = [];
  const openAt = async (path: string, key: string | undefined, isLive: boolean) => {
    const { browser, cadre } = where();
    const context = await signedIn(browser, key === undefined ? cadre : { ...cadre, key });
    const { page, misdeeds } = await openPage(context, cadre.url);
    watched.push(misdeeds);
    const stream =
      isLive && page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/v1/events');
    await page.goto(path);
    await stream;
    return page;
  };
  return {
    open: (path, key) => openAt(path, key, false),
    openLive: (path) => openAt(path, undefined, true),
    async close(isAskedFor) {
      for (const context of where().browser.contexts()) await context.close();
      return watched.splice(0).flatMap(({ all }) => all.filter((each) => !isAskedFor.test(each)));
    },
  };
}
