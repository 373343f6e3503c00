import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import type { HomeSearch } from './pages/home/search.ts';
import { TASK_TABS, type TaskSearch } from './pages/task/search.ts';
import { readTasksSearch } from './pages/tasks/search.ts';
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
  component: lazyRouteComponent(() => import('./pages/home/home.tsx'), 'Home'),
});

export const tasksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tasks',
  validateSearch: readTasksSearch,
  component: lazyRouteComponent(() => import('./pages/tasks/tasks.tsx'), 'Tasks'),
});

export const taskRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tasks/$taskId',
  validateSearch: (search): TaskSearch => ({
    ...(TASK_TABS.find((tab) => tab === search.tab) && { tab: search.tab as (typeof TASK_TABS)[number] }), // of the list
    ...(typeof search.step === 'string' && { step: search.step }),
  }),
  component: lazyRouteComponent(() => import('./pages/task/task.tsx'), 'TaskPage'),
});

export const agentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/agents',
  validateSearch: (search): { agent?: string } =>
    typeof search.agent === 'string' ? { agent: search.agent } : {},
  component: lazyRouteComponent(() => import('./pages/agents/agents.tsx'), 'Agents'),
});

export const fileRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/files/$fileId',
  validateSearch: (search): { start?: number; end?: number } => ({
    ...(Number.isInteger(search.start) && { start: Number(search.start) }),
    ...(Number.isInteger(search.end) && { end: Number(search.end) }),
  }),
  component: lazyRouteComponent(() => import('./pages/file/file.tsx'), 'FilePage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([homeRoute, tasksRoute, taskRoute, agentsRoute, fileRoute]),
  context: { client: undefined as never }, // given by RouterProvider
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
