import { z } from 'zod';
import { offeredKeys, ollamaAddress } from '../platform/kernel/config.ts';
import { answersAt } from '../platform/kernel/outbound.ts';

/**
 * What could be connected and is not: keys in the environment of the server, and an Ollama on its machine. They are
 * named, and nothing is done with them until a person says so.
 */
export const offerSchema = z.object({
  provider: z.string(),
  kind: z.string(),
  /** The variable in which the key stands, or the address; never the key. */
  where: z.string(),
  /** The command that connects it. */
  how: z.string(),
});
export type Offer = z.output<typeof offerSchema>;

export async function findOffers(): Promise<Offer[]> {
  const keys = offeredKeys().map(({ provider, kind, variable }) => ({
    provider,
    kind,
    where: variable,
    how:
      kind === 'openai-compatible'
        ? 'cadre provider create openai-compatible --base-url <address of its API> --api-key @file'
        : `cadre provider create ${kind} --from-environment`,
  }));
  const address = ollamaAddress();
  if (!(await answersAt(address, '/api/version'))) return keys;
  const how = `cadre provider create openai-compatible --base-url http://${address}/v1 --name ollama (with CADRE_ALLOW_HOSTS=${address})`;
  return [...keys, { provider: 'Ollama', kind: 'openai-compatible', where: address, how }];
}
