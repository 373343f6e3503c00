import { CadreError } from '../../platform/kernel/errors.ts';
import type { Given } from './arguments.ts';
import type { Client } from './client.ts';
import { httpClient } from './http-client.ts';
import { localClient } from './local-client.ts';
import type { CliHouse, CliNeeds } from './needs.ts';
import { readServerFile } from './server-file.ts';

/**
 * Finds the house: the server that `--url` names, else the one that runs on this home, else the home itself,
 * opened in this process (unless `onlyServer`: following makes sense only where somebody works).
 * @throws CadreError `server/unreachable` for a named server that does not answer, `auth/required` without a key
 */
export async function connect<House extends CliHouse>(
  needs: CliNeeds<House>,
  given: Given,
  options: { works: boolean; onlyServer?: boolean },
): Promise<Client> {
  const { url, key, home } = given.config;
  const running = readServerFile(home);
  if (url !== undefined) {
    const known = key ?? (running?.url === url ? running.key : undefined);
    if (known === undefined) throw new CadreError('auth/required', {});
    return httpClient(url, known, needs.operations);
  }
  if (running) {
    const client = httpClient(running.url, key ?? running.key, needs.operations);
    if (await answers(client)) return client;
    await client.close();
  }
  if (options.onlyServer)
    throw new CadreError('server/unreachable', { url: running?.url ?? `the home ${home}` });
  const house = await needs.openHouse(given.config, options);
  return localClient(house, needs.operations, home, () => house.close());
}

/** False when nobody listens there any more (the server was killed and left its file). */
export async function answers(client: Client): Promise<boolean> {
  try {
    await client.call('tasks.list', { limit: 1 });
    return true;
  } catch (error) {
    if (
      error instanceof CadreError &&
      ['server/unreachable', 'auth/invalid', 'auth/host'].includes(error.code)
    ) {
      return false;
    }
    throw error;
  }
}
