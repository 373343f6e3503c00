import type { MessageType } from '../../api/models.ts';

/** What is typed for a payload, by field; `json` holds the whole payload where it is written as JSON. */
export type PayloadText = Readonly<Record<string, string>>;
/** A value that JSON can say: what free content may hold. */
export type Free = string | number | boolean | null | Free[] | { [name: string]: Free };
export type Payload = Record<string, Free>;

type FieldKind = 'line' | 'text' | 'number' | 'words' | 'data';
export interface PayloadField {
  name: string;
  label: string;
  kind: FieldKind;
  required?: boolean;
  hint?: string;
  example?: string;
  /** What is often meant, offered while typing. */
  offers?: readonly string[];
}

const data = (name: string, label = 'Free content'): PayloadField => ({
  name,
  label,
  kind: 'data',
  hint: 'As JSON, in braces.',
  example: '{"text": "hello"}',
});

/** The fields of each type that people fill in (docs/messages.md); what is not here is written as JSON. */
export const PAYLOAD_FIELDS: Readonly<Record<MessageType, readonly PayloadField[]>> = {
  status_update: [
    { name: 'message', label: 'Message', kind: 'text', example: 'The draft is ready.' },
    { name: 'progress', label: 'Progress', kind: 'number', hint: 'From 0 to 1.', example: '0.5' },
    data('data'),
  ],
  coordination_request: [
    {
      name: 'requestType',
      label: 'What is asked for',
      kind: 'line',
      required: true,
      example: 'ping',
      hint: 'ping, share_knowledge, or what your agents agree on.',
      offers: ['ping', 'share_knowledge'],
    },
    data('data'),
  ],
  coordination_response: [
    { name: 'requestType', label: 'What it answers', kind: 'line', example: 'ping' },
    data('data'),
  ],
  capability_inquiry: [
    {
      name: 'requiredCapabilities',
      label: 'Capabilities',
      kind: 'words',
      hint: 'Separated by spaces; none asks for all it can do.',
      example: 'brief.write',
    },
    data('context'),
  ],
  capability_response: [
    { name: 'availableCapabilities', label: 'Capabilities', kind: 'words', required: true },
    { name: 'currentLoad', label: 'Load', kind: 'number', required: true, hint: 'From 0 to 1.' },
    {
      name: 'estimatedAvailabilityMs',
      label: 'Begins in (ms)',
      kind: 'number',
      required: true,
      example: '0',
    },
  ],
  heartbeat: [
    { name: 'agentStatus', label: 'Status', kind: 'line', example: 'idle' },
    { name: 'currentLoad', label: 'Load', kind: 'number', hint: 'From 0 to 1.' },
  ],
  error_report: [
    { name: 'message', label: 'What went wrong', kind: 'text', required: true },
    { name: 'code', label: 'Code', kind: 'line' },
    data('details', 'Details'),
  ],
  workflow_step: [
    { name: 'step', label: 'Step', kind: 'line', required: true },
    { name: 'workflowId', label: 'Workflow', kind: 'line' },
    data('data'),
  ],
  resource_request: [
    { name: 'resource', label: 'Resource', kind: 'line', required: true },
    { name: 'amount', label: 'Amount', kind: 'number' },
    data('data'),
  ],
  task_delegation: [
    {
      name: 'taskId',
      label: 'Task',
      kind: 'line',
      required: true,
      hint: 'The id of a task that exists. To have new work done, give a goal to the team instead.',
    },
    { name: 'title', label: 'Title', kind: 'line', required: true },
    { name: 'description', label: 'Description', kind: 'text' },
    { name: 'requiredCapabilities', label: 'Capabilities', kind: 'words' },
    data('context'),
  ],
};

export type PayloadProblems = Readonly<Record<string, string>>;

/** The payload that was typed, or what is wrong with each field. The server has the last word. */
export function readPayload(
  type: MessageType,
  typed: PayloadText,
): { payload: Payload } | { problems: PayloadProblems } {
  const payload: Payload = {};
  const problems: Record<string, string> = {};
  for (const field of PAYLOAD_FIELDS[type]) {
    const text = typed[field.name]?.trim() ?? '';
    if (text === '') {
      if (field.required) problems[field.name] = 'It is needed.';
      continue;
    }
    const read = readField(field.kind, text);
    if ('problem' in read) problems[field.name] = read.problem;
    else payload[field.name] = read.value;
  }
  return Object.keys(problems).length > 0 ? { problems } : { payload };
}

function readField(kind: FieldKind, text: string): { value: Free } | { problem: string } {
  if (kind === 'number') {
    const value = Number(text);
    return Number.isFinite(value) ? { value } : { problem: 'A number, such as 0.5.' };
  }
  if (kind === 'words') return { value: text.split(/[\s,;]+/).filter(Boolean) };
  if (kind === 'data') {
    const read = readJson(text);
    return 'payload' in read ? { value: read.payload } : read;
  }
  return { value: text };
}

/** An object written as JSON, or what is wrong with it. */
export function readJson(text: string): { payload: Payload } | { problem: string } {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { payload: value as Payload }; // what JSON.parse makes of an object
    return { problem: 'It must be an object: {"name": "value"}.' };
  } catch (error) {
    return { problem: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
