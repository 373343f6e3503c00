import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import type { MessageType } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { agentsQuery } from '../../api/queries.ts';
import { Button } from '../button.tsx';
import { focusProblem } from '../focus-problem.ts';
import { ProblemBox } from '../problem.tsx';
import { SelectField, TextField } from './form-field.tsx';
import {
  PAYLOAD_FIELDS,
  type Payload,
  type PayloadProblems,
  type PayloadText,
  readJson,
  readPayload,
} from './payload-form.ts';
import { MESSAGE_TYPES, TYPE_WORDS } from './words.ts';

const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type PriorityName = (typeof PRIORITIES)[number];

/** What was written, as the operations take it. */
export interface Written {
  type: MessageType;
  payload: Payload;
  priority: PriorityName;
  from?: string;
}

interface MessageFormProps {
  /** Says who gets it, and what else is to be chosen. */
  children?: ReactNode;
  firstType?: MessageType;
  /** Agents that may speak; without them, all. */
  speakers?: ReadonlyArray<{ id: string; name: string }>;
  verb: string;
  isSending: boolean;
  error: unknown;
  /** `idempotencyKey` stays the same for the same content: sending it again after a lost answer sends it once. */
  onSend(written: Written, idempotencyKey: string): void;
  onChange?(): void;
}

/** What to say: its type, a form or JSON for what it carries, who speaks. What was typed stays when it is refused. */
export function MessageForm(props: MessageFormProps) {
  const { children, verb, isSending, error, onSend } = props;
  const { data: agents = [] } = useQuery(agentsQuery);
  const [type, setType] = useState<MessageType>(props.firstType ?? 'status_update');
  const [typed, setTyped] = useState<PayloadText>({});
  const [json, setJson] = useState<string>();
  const [problems, setProblems] = useState<PayloadProblems>({});
  const [from, setFrom] = useState('');
  const [priority, setPriority] = useState<PriorityName>('normal');
  const [key, setKey] = useState(newKey);
  const speakers = props.speakers ?? agents.filter(({ status }) => status !== 'archived');
  const changed = () => {
    setKey(newKey());
    props.onChange?.();
  };
  const read = () => {
    if (json === undefined) return readPayload(type, typed);
    const answer = readJson(json);
    return 'payload' in answer ? answer : { problems: { json: answer.problem } };
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { currentTarget } = event;
    const answer = read();
    if ('payload' in answer) {
      setProblems({});
      return onSend({ type, payload: answer.payload, priority, ...(from !== '' && { from }) }, key);
    }
    setProblems(answer.problems);
    focusProblem(currentTarget, answer.problems);
  };
  const switchJson = () => {
    setProblems({});
    if (json !== undefined) return setJson(undefined);
    const answer = readPayload(type, typed);
    setJson(JSON.stringify('payload' in answer ? answer.payload : {}, null, 2));
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      {children}
      <SelectField
        label="Type"
        name="type"
        value={type}
        onChange={(value) => {
          setType(MESSAGE_TYPES.find((each) => each === value) ?? type);
          setProblems({});
          changed();
        }}
        options={MESSAGE_TYPES.map((each) => [each, `${TYPE_WORDS[each]} (${each})`])}
      />
      {json === undefined ? (
        PAYLOAD_FIELDS[type].map(({ name, label, kind, required, hint, example, offers }) => (
          <TextField
            key={`${type} ${name}`}
            label={required ? label : `${label} (may be left out)`}
            name={name}
            value={typed[name] ?? ''}
            onChange={(value) => {
              setTyped({ ...typed, [name]: value });
              setProblems(Object.fromEntries(Object.entries(problems).filter(([field]) => field !== name)));
              changed();
            }}
            problem={problems[name]}
            hint={hint}
            placeholder={example}
            lines={kind === 'text' ? 3 : kind === 'data' ? 2 : 1}
            mono={kind === 'data' || kind === 'words'}
            type={kind === 'number' ? 'number' : 'text'}
            offers={offers}
          />
        ))
      ) : (
        <TextField
          label="Payload as JSON"
          name="json"
          value={json}
          onChange={(value) => {
            setJson(value);
            setProblems({});
            changed();
          }}
          problem={problems.json}
          lines={8}
          mono
        />
      )}
      <Button small look="quiet" className="-mt-2 -ml-2.5" onClick={switchJson}>
        {json === undefined ? 'Write it as JSON' : 'Back to the form'}
      </Button>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <SelectField
          label="From"
          name="from"
          value={from}
          onChange={(value) => {
            setFrom(value);
            changed();
          }}
          options={[['', 'You'], ...speakers.map(({ id, name }) => [id, name] as const)]}
        />
        <SelectField
          label="Priority"
          name="priority"
          value={priority}
          onChange={(value) => {
            setPriority(PRIORITIES.find((each) => each === value) ?? priority);
            changed();
          }}
          options={PRIORITIES.map((each) => [each, each])}
        />
      </div>
      {error !== null && error !== undefined && <ProblemBox error={error} />}
      <div className="flex justify-end">
        <Button look="main" type="submit" disabled={isSending}>
          {isSending ? 'Sending …' : verb}
        </Button>
      </div>
    </form>
  );
}
