/**
 * The staircase (HOUSE 2.3): a file may import from its own room or from a room above it in this list, never from
 * one below. That makes circles between rooms impossible and needs no table of exceptions.
 */
export const STAIRCASE = [
  'platform/kernel',
  'platform/store',
  'platform/bus',
  'platform/events',
  'platform/settings',
  'platform/telemetry',
  'platform/runs',
  'tenants',
  'hooks',
  'models',
  'memory',
  'knowledge',
  'prompts',
  'messages',
  'energy',
  'agents',
  'tasks',
  'workflows',
  'documents',
  'assignment',
  'coordination',
  'operator',
  'chief',
  'evolution',
  'version.ts',
  'cadre.ts',
  'operations.ts',
  'edge/http',
  'edge/live',
  'edge/mcp',
  'edge/a2a',
  'edge/cli',
  'main.ts',
] as const;

/** Doors import the list of operations and the kernel, not rooms, and not one another. */
export const DOOR_MAY_IMPORT = ['platform/kernel', 'version.ts', 'cadre.ts', 'operations.ts'];

/** Files of the kernel. A new one needs a decision in docs/decisions/. */
export const KERNEL_FILES = [
  'child-host.ts',
  'child.ts',
  'clock.ts',
  'collaboration-errors.ts',
  'config.ts',
  'control-errors.ts',
  'delegation-errors.ts',
  'workflow-errors.ts',
  'approval-errors.ts',
  'conversation-errors.ts',
  'errors.ts',
  'ids.ts',
  'json.ts',
  'log.ts',
  'message-errors.ts',
  'operation.ts',
  'outbound.ts',
  'random.ts',
  'schedule-errors.ts',
  'solution-errors.ts',
  'team-errors.ts',
];

export const BANNED_NAMES = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'misc',
  'shared',
  'manager',
  'service',
  'v2',
  'new',
  'old',
  'enhanced',
  'legacy',
];
