import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../../src/cadre.ts';
import { runCli } from '../../src/edge/cli/cli.ts';
import type { CliNeeds } from '../../src/edge/cli/needs.ts';
import { serveHttp } from '../../src/edge/http/server.ts';
import { operations } from '../../src/operations.ts';
import { type ScriptedProvider, startScriptedProvider } from '../support/provider/server.ts';
import { memoryTerminal } from '../support/terminal.ts';

const CANARY = 'sk-canary-3377-kingfisher';
const VARIABLES = ['OPENAI_API_KEY', 'MISTRAL_API_KEY', 'OLLAMA_HOST'];

/** Providers and models as people at a terminal meet them. */
describe('models on the command line', () => {
  const home = mkdtempSync(join(tmpdir(), 'cadre-models-cli-'));
  let provider: ScriptedProvider;
  let all = '';

  const cli = async (argv: string[], input = '') => {
    const terminal = memoryTerminal();
    terminal.input = input;
    const needs: CliNeeds<House> = { version: '0', operations, terminal, openHouse, serveHttp };
    const code = await runCli(needs, [...argv, '--home', home, '--port', '0', '--allow-hosts', '127.0.0.1']);
    const text = `${terminal.outText()}\n${terminal.noteText()}`;
    all += text;
    return { code, text, out: terminal.outText() };
  };

  beforeAll(async () => {
    provider = await startScriptedProvider({ script: [], key: CANARY, models: ['qwen3:8b', 'own-model'] });
    for (const name of VARIABLES) delete process.env[name];
    process.env.OLLAMA_HOST = '127.0.0.1:9'; // nothing listens there
  });
  afterEach(() => {
    for (const name of VARIABLES) delete process.env[name];
    process.env.OLLAMA_HOST = '127.0.0.1:9';
  });
  afterAll(async () => {
    for (const name of VARIABLES) delete process.env[name];
    await provider.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('takes keys from a file or the input, never from the command line itself', async () => {
    const create = ['provider', 'create', 'openai-compatible', '--base-url', provider.url, '--name', 'lab'];
    const shown = await cli([...create, '--api-key', CANARY]);
    expect([shown.code, shown.text.includes('list of processes')]).toEqual([2, true]);
    const file = join(home, 'key.txt');
    writeFileSync(file, `${CANARY}\n`);
    const made = await cli([...create, '--api-key', `@${file}`]);
    expect([made.code, made.text]).toEqual([0, expect.stringContaining('lab/qwen3:8b')]);
    rmSync(file);
    expect((await cli(['provider', 'change', 'lab', '--api-key', '-'], `${CANARY}\n`)).code).toBe(0);
    const wrong = await cli(['provider', 'change', 'lab', '--api-key', '-'], 'wrong');
    expect([wrong.code, wrong.text.includes('does not take the key')]).toEqual([1, true]);
    expect((await cli(['provider', 'check', 'lab'])).code).toBe(0);
  });

  it('lists models by `models` and by `model list`, and prices them', async () => {
    const [one, other] = [await cli(['models']), await cli(['model', 'list'])];
    expect([one.code, one.out]).toEqual([0, other.out]);
    expect(one.out).toContain('lab/own-model');
    expect((await cli(['providers'])).out).toContain('lab');
    const priced = await cli([
      'model',
      'price',
      'lab/own-model',
      '--input-usd-per-million',
      '0.5',
      '--output-usd-per-million',
      '2',
      '--json',
    ]);
    expect(JSON.parse(priced.out).price).toMatchObject({ inputUsdPerMillion: 0.5, source: 'person' });
    const changed = await cli(['model', 'change', 'lab/own-model', '--no-enabled', '--json']);
    expect(JSON.parse(changed.out).enabled).toBe(false);
    const fit = await cli(['model', 'recommend', 'quick summary', '--json']);
    expect(JSON.parse(fit.out)).toMatchObject({ model: 'lab/qwen3:8b', confidence: 0.85 });
    expect((await cli(['modelz'])).code).toBe(2); // the twin: only rooms with a list have such a name
  });

  it('has the doctor and `model offers` name what could be connected, and connects it on an explicit word', async () => {
    const before = await cli(['doctor']);
    expect(before.text).not.toContain('Offered');
    const server = createServer((_request, response) => response.end('{"version":"0"}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env.OLLAMA_HOST = `0.0.0.0:${(server.address() as AddressInfo).port}`;
    process.env.OPENAI_API_KEY = CANARY;
    process.env.MISTRAL_API_KEY = CANARY;
    const { text } = await cli(['doctor']);
    expect(text).toContain('cadre provider create openai --from-environment');
    expect(text).toContain('a key for Mistral is in the environment (MISTRAL_API_KEY)');
    expect(text).toMatch(/Ollama answers at 127\.0\.0\.1:\d+; it is not used until you connect it/);
    expect((await cli(['model', 'offers'])).text).toContain('OPENAI_API_KEY');
    await new Promise((resolve) => server.close(resolve));
    expect((await cli(['providers', '--json'])).out).not.toContain('openai"');
    const made = await cli(['provider', 'create', '--from-environment', 'openai', '--no-check', '--json']);
    expect(JSON.parse(made.out)).toMatchObject({ kind: 'openai', hasKey: true });
  });

  it('rotates secrets, and shows or stores a key nowhere in the clear', async () => {
    const rotated = await cli(['secret', 'rotate', '--json']);
    expect(JSON.parse(rotated.out)).toEqual({ secrets: 2, dataKeys: 1, masterKey: 'new' });
    expect((await cli(['provider', 'check', 'lab'])).code).toBe(0); // the key still opens
    const doctor = await cli(['doctor', '--json']);
    expect(JSON.parse(doctor.out).settings.map(({ name }: { name: string }) => name)).toContain('masterKey');
    expect(all).not.toContain(CANARY);
    const found = readdirSync(home, { recursive: true, encoding: 'utf8' })
      .map((name) => join(home, name))
      .filter((path) => statSync(path).isFile())
      .filter((path) => readFileSync(path).includes(CANARY));
    expect(found).toEqual([]);
    expect(statSync(join(home, 'master.key')).mode & 0o777).toBe(0o600);
  });

  it('takes a master key from the environment only, and refuses one that is none', async () => {
    expect((await cli(['doctor', '--master-key', 'x'])).code).toBe(2);
    process.env.CADRE_MASTER_KEY = 'short';
    const refused = await cli(['providers']);
    process.env.CADRE_MASTER_KEY = Buffer.alloc(32, 1).toString('base64');
    const other = await cli(['providers']); // the file is there still: it opens what is stored
    const doctor = await cli(['doctor']);
    delete process.env.CADRE_MASTER_KEY;
    expect([refused.code, refused.text.includes('CADRE_MASTER_KEY')]).toEqual([2, true]);
    expect(other.code).toBe(0);
    expect(doctor.text).toContain('(set)');
    expect(doctor.text).not.toContain(Buffer.alloc(32, 1).toString('base64'));
    rmSync(join(home, 'master.key'));
    const missing = await cli(['providers']);
    expect([missing.code, missing.text.includes('CADRE_MASTER_KEY')]).toEqual([1, true]);
  });
});
