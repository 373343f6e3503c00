import { z } from 'zod';
import type { Outbound } from '../../platform/kernel/outbound.ts';
import { type Tool, tool } from './tool.ts';

const ANSWER_LIMIT_BYTES = 1_000_000;
const TIMEOUT_MS = 20_000;
const MAX_CHARACTERS = 100_000;

/** Reads a page of the web. Always asked about; private addresses need `CADRE_ALLOW_HOSTS`, redirects are not followed. */
export function httpTool(outbound: Outbound): Tool {
  return tool({
    name: 'http.get',
    description: 'Gets the text at an address of the web. A person is asked each time.',
    effect: 'external',
    input: z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2_000) }),
    async run({ url }, { signal }) {
      const answer = await outbound.call({
        url,
        method: 'GET',
        timeoutMs: TIMEOUT_MS,
        limitBytes: ANSWER_LIMIT_BYTES,
        signal,
      });
      const body = answer.body.slice(0, MAX_CHARACTERS);
      return { status: answer.status, type: answer.headers['content-type'] ?? null, body };
    },
  });
}
