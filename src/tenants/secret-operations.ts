import { z } from 'zod';
import { operation } from '../platform/kernel/operation.ts';
import { keepAnswer } from './idempotency.ts';
import { type RotateNeeds, rotateDataKey, rotateMasterKey } from './secret-rotate.ts';

type Needs = RotateNeeds & { homeTenantId: string };

/** Secrets are written by those who need them and read by nobody; people can only have them sealed anew. */
export const secretOperations = [
  operation({
    name: 'secrets.rotate',
    summary:
      'Seals every stored secret of the tenant under a new key; in the first tenant, with a new master key.',
    route: { method: 'POST', path: '/secrets/rotate' },
    permission: 'owner',
    effect: 'write',
    input: z.object({}),
    output: z.object({
      secrets: z.int().describe('Secrets sealed anew under a new data key.'),
      dataKeys: z
        .int()
        .nullable()
        .describe('Data keys sealed anew under another master key; null: not yours.'),
      masterKey: z
        .enum(['new', 'kept'])
        .describe('`kept`: another tenant’s owner asked, or CADRE_MASTER_KEY is still the same.'),
    }),
    example: {},
    async run(needs: Needs, caller) {
      const master = caller.tenantId === needs.homeTenantId ? await rotateMasterKey(needs) : null;
      return needs.store.write(caller.tenantId, async (tx) => {
        const secrets = await rotateDataKey(needs, tx, caller);
        const masterKey = master?.isNew ? ('new' as const) : ('kept' as const);
        const answer = { secrets, dataKeys: master?.dataKeys ?? null, masterKey };
        await keepAnswer(tx, caller, 200, answer);
        return answer;
      });
    },
  }),
];
