import { agentOperations } from './agents/operations.ts';
import type { House } from './cadre.ts';
import { commandOperations } from './chief/control/command-operations.ts';
import { ruleOperations } from './chief/control/rule-operations.ts';
import { resultOperations } from './chief/operations.ts';
import { collaborationOperations } from './coordination/collaboration/collaboration-operations.ts';
import { delegationOperations } from './coordination/delegation/delegation-operations.ts';
import { registryOperations } from './coordination/registry-operations.ts';
import { optimizationOperations } from './coordination/search/optimization-operations.ts';
import { solutionOperations } from './coordination/solving/solution-operations.ts';
import { teamOperations } from './coordination/teams/team-operations.ts';
import { voteOperations } from './coordination/votes/vote-operations.ts';
import { fileOperations } from './documents/operations.ts';
import { energyOperations } from './energy/operations.ts';
import { conversationOperations } from './messages/conversation-operations.ts';
import { eventOperations } from './messages/event-operations.ts';
import { mailboxOperations } from './messages/mailbox-operations.ts';
import { messageOperations } from './messages/operations.ts';
import { adviceOperations } from './models/advice-operations.ts';
import { budgetOperations } from './models/budget-operations.ts';
import { modelOperations } from './models/model-operations.ts';
import { providerOperations } from './models/provider-operations.ts';
import { modelRuleOperations } from './models/rule-operations.ts';
import { usageOperations } from './models/usage-operations.ts';
import { chatOperations } from './operator/chat/chat-operations.ts';
import type { Operation } from './platform/kernel/operation.ts';
import { promptOperations } from './prompts/operations.ts';
import { estimateOperations } from './tasks/estimate-operations.ts';
import { taskOperations } from './tasks/operations.ts';
import { tenantOperations } from './tenants/operations.ts';
import { secretOperations } from './tenants/secret-operations.ts';
import { approvalOperations } from './workflows/approval-operations.ts';
import { changeOperations } from './workflows/change-operations.ts';
import { scheduleOperations } from './workflows/schedule-operations.ts';
import { triggerOperations } from './workflows/trigger-operations.ts';

import { workflowOperations } from './workflows/workflow-operations.ts';

/** Everything Cadre can do. HTTP, CLI, OpenAPI and the permission tests are derived from this list. */
export const operations: readonly Operation<House>[] = [
  ...taskOperations,
  ...commandOperations,
  ...ruleOperations,
  ...resultOperations,
  ...workflowOperations,
  ...approvalOperations,
  ...changeOperations,
  ...fileOperations,
  ...agentOperations,
  ...chatOperations,
  ...messageOperations,
  ...mailboxOperations,
  ...delegationOperations,
  ...eventOperations,
  ...conversationOperations,
  ...promptOperations,
  ...teamOperations,
  ...voteOperations,
  ...collaborationOperations,
  ...optimizationOperations,
  ...solutionOperations,
  ...registryOperations,
  ...scheduleOperations,
  ...triggerOperations,
  ...estimateOperations,
  ...energyOperations,
  ...budgetOperations,
  ...usageOperations,
  ...providerOperations,
  ...modelOperations,
  ...modelRuleOperations,
  ...adviceOperations,
  ...tenantOperations,
  ...secretOperations,
];
