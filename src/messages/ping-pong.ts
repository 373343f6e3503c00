import { CadreError } from '../platform/kernel/errors.ts';
import { sha256 } from '../platform/kernel/random.ts';
import { canonicalJson } from './canonical.ts';
import type { MessageType } from './message.ts';

/** What asks its recipient to do something. */
const REQUESTS: readonly string[] = [
  'task_delegation',
  'coordination_request',
  'resource_request',
  'workflow_step',
  'capability_inquiry',
];

export const isRequest = (type: string): boolean => REQUESTS.includes(type);

/** One request of a chain: who asked for what. */
export interface Asked {
  from: string;
  name: string;
  matters: string[];
}

/** Of a message that others continue, what the rule reads. */
export interface AskedBefore {
  type: string;
  payload: string;
  sender_id: string;
  asked: string | null;
}

/** A request on its way. */
export interface Asking {
  from: { id: string; name: string };
  to: { id: string; name: string };
  type: MessageType;
  payload: Record<string, unknown>;
}

/** Requests kept of one chain; the hop budget ends longer ones. */
const KEPT = 32;

/**
 * What a request is about: its task where it names one, and its content (a delegation: its title, description and
 * parameters). Two requests are about the same matter when they share one of these.
 */
export function mattersOf(type: string, payload: Record<string, unknown>): string[] {
  const inner = typeof payload.data === 'object' && payload.data !== null ? payload.data : {};
  const taskId = payload.taskId ?? ('taskId' in inner ? inner.taskId : undefined);
  const { title, description, data } = payload;
  const content = type === 'task_delegation' ? { title, description, data } : payload;
  return [
    ...(typeof taskId === 'string' ? [`task ${taskId}`] : []),
    sha256(`${type} ${canonicalJson(content).toLowerCase().replace(/\s+/g, '')}`).slice(0, 16),
  ];
}

/** The requests that led to a message, oldest first. */
function chainOf(parent: AskedBefore | undefined): Asked[] {
  if (!parent) return [];
  if (parent.asked !== null) return JSON.parse(parent.asked) as Asked[]; // written by askedBy
  if (!isRequest(parent.type)) return [];
  const { sender_id, type, payload } = parent;
  return [{ from: sender_id, name: sender_id, matters: mattersOf(type, JSON.parse(payload)) }];
}

/** Whether a request hands on a matter of the chain that led to a message. */
export function isHandedOn(parent: AskedBefore, asking: Pick<Asking, 'type' | 'payload'>): boolean {
  const matters = mattersOf(asking.type, asking.payload);
  return chainOf(parent).some((one) => one.matters.some((matter) => matters.includes(matter)));
}

/**
 * Refuses a request that hands a matter back to an agent that handed it on in this chain. Asking back something else,
 * or asking the same agent once more, is no ping-pong.
 * @throws CadreError `message/ping-pong`
 */
export function refusePingPong(parent: AskedBefore | undefined, asking: Asking): void {
  if (!isRequest(asking.type)) return;
  const chain = chainOf(parent);
  if (chain.length === 0) return;
  const matters = mattersOf(asking.type, asking.payload);
  const same = chain.filter((one) => one.matters.some((matter) => matters.includes(matter)));
  if (!same.some((one) => one.from === asking.to.id)) return;
  const names = same.map((one) => (one.from === asking.to.id ? asking.to.name : one.name));
  throw new CadreError('message/ping-pong', {
    from: asking.from.name,
    to: asking.to.name,
    what: whatOf(asking),
    chain: [...names, asking.from.name, asking.to.name]
      .filter((name, at, all) => name !== all[at - 1])
      .join(' → '),
  });
}

/** The requests of the chain with this message, for its row; null: there are none. */
export function askedBy(parent: AskedBefore | undefined, asking: Omit<Asking, 'to'>): string | null {
  const chain = chainOf(parent);
  const own: Asked[] = isRequest(asking.type)
    ? [{ from: asking.from.id, name: asking.from.name, matters: mattersOf(asking.type, asking.payload) }]
    : [];
  const all = [...chain, ...own].slice(-KEPT);
  return all.length === 0 ? null : JSON.stringify(all);
}

function whatOf({ type, payload }: Asking): string {
  const what = payload.title ?? payload.requestType ?? payload.step ?? payload.resource;
  return typeof what === 'string' ? `“${what}”` : type.replaceAll('_', ' ');
}
