import { z } from 'zod';
import { EFFECTS } from '../../agents/permission.ts';
import type { Json } from '../../platform/kernel/json.ts';
import type { Tool, ToolCall } from './tool.ts';

/**
 * What a plug-in says of a tool of its own: `export const tools = { 'crm.find': { description, effect, inputSchema,
 * run } }`. Code of an operator of this server, so what it says is believed; what it does not say is taken as the worst.
 */
export const plugInToolSchema = z.object({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/, 'such as crm.find')
    .max(64),
  description: z.string().max(2_000).default(''),
  /** What nobody declared may reach outside: a person is asked. */
  effect: z.enum(EFFECTS).default('external'),
  inputSchema: z.record(z.string(), z.json()).default({ type: 'object' }),
});
export type PlugInTool = z.output<typeof plugInToolSchema>;

/** How the tool of a plug-in is called: in a child process. */
export type PlugInCall = (name: string, input: unknown, call: ToolCall) => Promise<Json>;

export function plugInTool(call: PlugInCall, { name, description, effect, inputSchema }: PlugInTool): Tool {
  return {
    name,
    description,
    effect,
    input: z.fromJSONSchema(inputSchema),
    inputSchema,
    run: (input, at) => call(name, input, at),
  };
}
