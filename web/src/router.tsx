import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { APPROVAL_STATUSES, type ApprovalsSearch } from './pages/approvals/search.ts';
import { readConversationsSearch } from './pages/conversations/search.ts';
import { readCostsSearch } from './pages/costs/search.ts';
import type { HomeSearch } from './pages/home/search.ts';
import { TASK_TABS, type TaskSearch } from './pages/task/search.ts';
import { readTasksSearch } from './pages/tasks/search.ts';
import { VOTE_STATUSES, type VotesSearch } from './pages/votes/search.ts';
import { readWorkflowSearch, versionIn } from './pages/workflow/search.ts';
import type { EditSearch } from './pages/workflow-edit/search.ts';
import { patiently } from './parts/patiently.ts';
import { Crash, NotFound } from './shell/lost.tsx';
import { Shell } from './shell/shell.tsx';

/** Pages by address. Each comes as a file of its own, when it is first opened. */
const rootRoute = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: Crash,
});

export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: (search): HomeSearch => (typeof search.again === 'string' ? { again: search.again } : {}),
  component: lazyRouteComponent(() => patiently(() => import('./pages/home/home.tsx')), 'Home'),
});

export const tasksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tasks',
  validateSearch: readTasksSearch,
  component: lazyRouteComponent(() => patiently(() => import('./pages/tasks/tasks.tsx')), 'Tasks'),
});

export const taskRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tasks/$taskId',
  validateSearch: (search): TaskSearch => ({
    ...(TASK_TABS.find((tab) => tab === search.tab) && { tab: search.tab as (typeof TASK_TABS)[number] }), // of the list
    ...(typeof search.step === 'string' && { step: search.step }),
  }),
  component: lazyRouteComponent(() => patiently(() => import('./pages/task/task.tsx')), 'TaskPage'),
});

export const agentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/agents',
  validateSearch: (search): { agent?: string } =>
    typeof search.agent === 'string' ? { agent: search.agent } : {},
  component: lazyRouteComponent(() => patiently(() => import('./pages/agents/agents.tsx')), 'Agents'),
});

const only = (search: Record<string, unknown>, name: string): string | undefined =>
  typeof search[name] === 'string' && search[name] !== '' ? search[name] : undefined;
/** The message that is open at the side. */
const openMessage = (search: Record<string, unknown>): { message?: string } => {
  const message = only(search, 'message');
  return message === undefined ? {} : { message };
};

export const mailboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/agents/$agentId/mailbox',
  validateSearch: openMessage,
  component: lazyRouteComponent(() => patiently(() => import('./pages/mailbox/mailbox.tsx')), 'Mailbox'),
});

export const chatRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/agents/$agentId/chat',
  validateSearch: (search): { chat?: string } => {
    const chat = only(search, 'chat');
    return chat === undefined ? {} : { chat };
  },
  component: lazyRouteComponent(() => patiently(() => import('./pages/chat/chat.tsx')), 'ChatPage'),
});

export const messagesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/messages',
  validateSearch: readConversationsSearch,
  component: lazyRouteComponent(
    () => patiently(() => import('./pages/conversations/conversations.tsx')),
    'Conversations',
  ),
});

export const conversationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/messages/conversation/$conversationId',
  validateSearch: openMessage,
  component: lazyRouteComponent(
    () => patiently(() => import('./pages/conversation/conversation.tsx')),
    'ConversationPage',
  ),
});

export const topicsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/messages/topics',
  validateSearch: (search): { topic?: string } => {
    const topic = only(search, 'topic');
    return topic === undefined ? {} : { topic };
  },
  component: lazyRouteComponent(() => patiently(() => import('./pages/topics/topics.tsx')), 'Topics'),
});

export const teamsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/teams',
  component: lazyRouteComponent(() => patiently(() => import('./pages/teams/teams.tsx')), 'Teams'),
});

export const teamRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/teams/$teamId',
  validateSearch: openMessage,
  component: lazyRouteComponent(() => patiently(() => import('./pages/team/team.tsx')), 'TeamPage'),
});

export const votesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/teams/votes',
  validateSearch: (search): VotesSearch => {
    const status = VOTE_STATUSES.find((each) => each === search.status);
    return {
      ...(status && { status }),
      ...(search.ask === true && { ask: true }),
      ...(only(search, 'team') && { team: only(search, 'team') as string }), // a text, as `only` says
    };
  },
  component: lazyRouteComponent(() => patiently(() => import('./pages/votes/votes.tsx')), 'Votes'),
});

export const voteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/teams/votes/$voteId',
  component: lazyRouteComponent(() => patiently(() => import('./pages/vote/vote.tsx')), 'VotePage'),
});

export const workflowsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workflows',
  component: lazyRouteComponent(
    () => patiently(() => import('./pages/workflows/workflows.tsx')),
    'Workflows',
  ),
});

export const newWorkflowRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workflows/new',
  validateSearch: (search): EditSearch => (search.example === true ? { example: true } : {}),
  component: lazyRouteComponent(
    () => patiently(() => import('./pages/workflow-edit/workflow-edit.tsx')),
    'NewWorkflow',
  ),
});

export const workflowRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workflows/$name',
  validateSearch: readWorkflowSearch,
  component: lazyRouteComponent(
    () => patiently(() => import('./pages/workflow/workflow.tsx')),
    'WorkflowPage',
  ),
});

export const editWorkflowRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workflows/$name/edit',
  validateSearch: (search): EditSearch => {
    const version = versionIn(search.version);
    return version === undefined ? {} : { version };
  },
  component: lazyRouteComponent(
    () => patiently(() => import('./pages/workflow-edit/workflow-edit.tsx')),
    'EditWorkflow',
  ),
});

export const approvalsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/approvals',
  validateSearch: (search): ApprovalsSearch => {
    const status = APPROVAL_STATUSES.find((each) => each === search.status);
    const task = only(search, 'task');
    return { ...(status && { status }), ...(task !== undefined && { task }) };
  },
  component: lazyRouteComponent(
    () => patiently(() => import('./pages/approvals/approvals.tsx')),
    'Approvals',
  ),
});

export const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models',
  validateSearch: (search): { model?: string; connect?: true } => {
    const model = only(search, 'model');
    return { ...(model !== undefined && { model }), ...(search.connect === true && { connect: true }) };
  },
  component: lazyRouteComponent(() => patiently(() => import('./pages/models/models.tsx')), 'Models'),
});

export const costsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/costs',
  validateSearch: readCostsSearch,
  component: lazyRouteComponent(() => patiently(() => import('./pages/costs/costs.tsx')), 'Costs'),
});

export const energyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/energy',
  component: lazyRouteComponent(() => patiently(() => import('./pages/energy/energy.tsx')), 'Energy'),
});

export const fileRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/files/$fileId',
  validateSearch: (search): { start?: number; end?: number } => ({
    ...(Number.isInteger(search.start) && { start: Number(search.start) }),
    ...(Number.isInteger(search.end) && { end: Number(search.end) }),
  }),
  component: lazyRouteComponent(() => patiently(() => import('./pages/file/file.tsx')), 'FilePage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    tasksRoute,
    taskRoute,
    agentsRoute,
    mailboxRoute,
    chatRoute,
    messagesRoute,
    conversationRoute,
    topicsRoute,
    teamsRoute,
    teamRoute,
    votesRoute,
    voteRoute,
    workflowsRoute,
    newWorkflowRoute,
    workflowRoute,
    editWorkflowRoute,
    approvalsRoute,
    modelsRoute,
    costsRoute,
    energyRoute,
    fileRoute,
  ]),
  context: { client: undefined as never }, // given by RouterProvider
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
