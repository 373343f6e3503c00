import { agentOperations } from './agents/operations.ts';
import type { House } from './cadre.ts';
import { resultOperations } from './chief/operations.ts';
import { registryOperations } from './coordination/registry-operations.ts';
import { teamOperations } from './coordination/team-operations.ts';
import { voteOperations } from './coordination/vote-operations.ts';
import { fileOperations } from './documents/operations.ts';
import { mailboxOperations } from './messages/mailbox-operations.ts';
import { messageOperations } from './messages/operations.ts';
import type { Operation } from './platform/kernel/operation.ts';
import { taskOperations } from './tasks/operations.ts';
import { tenantOperations } from './tenants/operations.ts';

/** Everything Cadre can do. HTTP, CLI, OpenAPI and the permission tests are derived from this list. */
export const operations: readonly Operation<House>[] = [
  ...taskOperations,
  ...resultOperations,
  ...fileOperations,
  ...agentOperations,
  ...messageOperations,
  ...mailboxOperations,
  ...teamOperations,
  ...voteOperations,
  ...registryOperations,
  ...tenantOperations,
];
