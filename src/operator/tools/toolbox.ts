import type { Turns, WorkOrder } from '../../agents/executor.ts';
import { DEFAULT_TOOLS } from '../../agents/model-executor.ts';
import type { Mail } from '../../messages/mail.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Outbound } from '../../platform/kernel/outbound.ts';
import type { Store } from '../../platform/store/transaction.ts';
import type { PerformNeeds } from '../perform.ts';
import { fileTools } from './files.ts';
import { httpTool } from './http.ts';
import { notesTool } from './notes.ts';
import { type PlugInTool, plugInTool } from './plug-in.ts';
import { teamTools } from './team.ts';
import type { Tool } from './tool.ts';

/** The work in which tools are used: they reach what belongs to it, and nothing else. */
export interface ToolWork {
  order: WorkOrder;
  ask: Turns['ask'];
}

export interface ToolNeeds extends Pick<PerformNeeds, 'children' | 'documents' | 'clock'> {
  mail: Pick<Mail, 'dispatch'>;
  outbound: Outbound;
  store: Pick<Store, 'read'>;
  /** Tools of plug-ins, and how one is called. */
  plugIns: { tools(): readonly PlugInTool[]; call: Parameters<typeof plugInTool>[0] };
}

/** The tools that are built in, by name; plug-ins add theirs. `history.read` and `finish` belong to the loop. */
export const BUILT_IN_TOOLS: readonly string[] = [
  ...DEFAULT_TOOLS,
  'notes.search',
  'message.send',
  'agent.ask',
  'http.get',
];

/** @throws CadreError `model/tool-unknown` */
export function checkTools(names: readonly string[], plugIns: readonly PlugInTool[]): void {
  const known = [...BUILT_IN_TOOLS, ...plugIns.map(({ name }) => name)];
  const name = names.find((one) => !known.includes(one));
  if (name !== undefined) throw new CadreError('model/tool-unknown', { name, known: known.join(', ') });
}

/** The tools that an agent may use in a work: those that its spec names, and no others. */
export function toolsFor(needs: ToolNeeds, work: ToolWork, names: readonly string[]): Tool[] {
  const plugIns = needs.plugIns.tools();
  checkTools(names, plugIns);
  const all = [
    ...fileTools(needs, work),
    notesTool(needs, work),
    ...teamTools(needs, work),
    httpTool(needs.outbound),
    ...plugIns.map((one) => plugInTool(needs.plugIns.call, one)),
  ];
  return all.filter(({ name }) => names.includes(name));
}
