import { z } from 'zod';
import { modelExecutorSchema } from './model-executor.ts';
import { scriptedSchema } from './scripted.ts';

/** Roles (DESIGN section 2): a chief plans, delegates and reviews; an operator does. Specialists are data. */
export const AGENT_ROLES = ['chief', 'operator'] as const;

export const AGENT_STATUSES = [
  'initializing',
  'validating',
  'idle',
  'busy',
  'degraded',
  'error',
  'paused',
  'offline',
  'archived',
] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

/** Statuses in which an agent may be given work. */
export const ASSIGNABLE: readonly string[] = ['idle', 'busy', 'degraded'];

const name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._'"-]*$/u, 'letters, digits, space and . _ - only');

/** How an operator does its work. `mcp` and `a2a` come later behind the same interface. */
export const executorSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local') }),
  z.strictObject({
    kind: z.literal('http'),
    url: z.url({ protocol: /^https?$/ }).max(2_000),
    /** Sent with every call; values are never shown again. */
    headers: z.record(z.string().max(100), z.string().max(4_000)).optional(),
  }),
  z.strictObject({ kind: z.literal('function'), name: z.string().min(1).max(100) }),
  /** A program outside that takes messages and tasks from its mailbox by itself. */
  z.strictObject({ kind: z.literal('mailbox') }),
  modelExecutorSchema,
  scriptedSchema,
]);
export type Executor = z.output<typeof executorSchema>;

/** The one versioned format of every agent (FEATURES AG-16). */
export const agentSpecSchema = z.strictObject({
  name,
  role: z.enum(AGENT_ROLES).default('operator'),
  description: z.string().max(2_000).default(''),
  capabilities: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,79}$/i, 'such as documents.read'),
        /** How sure the agent is of it; the prior of its success rate. */
        confidence: z.number().min(0).max(1).default(0.5),
      }),
    )
    .max(100)
    .default([]),
  executor: executorSchema,
  /** Tasks at the same time, and beside them messages at the same time. */
  maxConcurrent: z.number().int().min(1).max(1_000).default(1),
  /** Longest time of one attempt. */
  timeoutMs: z.number().int().min(100).max(3_600_000).default(60_000),
  maxAttempts: z.number().int().min(1).max(20).default(3),
  /** Open messages in its mailbox; more are refused. */
  mailboxLimit: z.number().int().min(1).max(1_000_000).optional(),
  /** Names of agents that must be there and sound before this one is. */
  dependencies: z.array(name).max(50).default([]),
  metadata: z.record(z.string(), z.string().max(2_000)).default({}),
});
export type AgentSpec = z.output<typeof agentSpecSchema>;

const PARSED_SPECS = 1_000;
const parsed = new Map<string, AgentSpec>();

/** The spec in a row of an agent, for reading only: what was parsed lately is answered again. */
export function parseSpec(text: string): Readonly<AgentSpec> {
  const known = parsed.get(text);
  if (known) return known;
  const spec = agentSpecSchema.parse(JSON.parse(text));
  if (parsed.size >= PARSED_SPECS) parsed.clear();
  parsed.set(text, spec);
  return spec;
}

/** What the bootstrap check found (FEATURES AG-3): success is the AND of all validations. */
export const validationSchema = z.object({
  success: z.boolean(),
  validations: z.record(z.string(), z.boolean()),
  errors: z.array(z.string()),
  warnings: z.array(z.string()),
  checkedAt: z.string(),
});
export type Validation = z.output<typeof validationSchema>;

/** An agent as people see it. */
export const agentSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(AGENT_ROLES),
  status: z.enum(AGENT_STATUSES),
  statusReason: z.string().nullable(),
  enabled: z.boolean(),
  spec: agentSpecSchema,
  specVersion: z.number().int(),
  /** Tasks in its hands that are not final, and those it works on right now. */
  inFlight: z.number().int(),
  busy: z.number().int(),
  succeeded: z.number().int(),
  failed: z.number().int(),
  successRate: z.number().nullable(),
  averageMs: z.number(),
  lastHeartbeatAt: z.string().nullable(),
  validation: validationSchema.nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Agent = z.output<typeof agentSchema>;

/** What shows that the executor of an agent is alive: one row for all that share a host. */
export function heartbeatHost(agentId: string, executor: Executor): string {
  if (executor.kind === 'http' || executor.kind === 'mailbox') return `agent:${agentId}`;
  return executor.kind === 'function' ? `function:${executor.name}` : 'local';
}
