import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { modelsQuery } from '../../api/model-queries.ts';
import { CheckField } from '../../parts/check-field.tsx';
import { SelectField, TextField } from '../../parts/message/form-field.tsx';
import { priceWords } from '../../parts/model/model-words.ts';
import type { AgentForm, FieldProblems } from './agent-form.ts';
import { TOOL_CHOICES } from './tool-choice.ts';

interface ModelFieldsProps {
  form: AgentForm;
  problems: FieldProblems;
  onChange(next: Partial<AgentForm>): void;
}

/** What an agent with a language model works with: which one, what it is told, what it may use. */
export function ModelFields({ form, problems, onChange }: ModelFieldsProps) {
  const { data: models } = useQuery(modelsQuery);
  const callable = models?.filter(({ isCallable, enabled }) => isCallable && enabled) ?? [];
  return (
    <>
      {models && callable.length === 0 && (
        <p role="status" className="rounded-xl border border-paused/40 bg-paused/10 p-3 text-sm">
          No language model is connected, so the agent would not pass its check.{' '}
          <Link to="/models" search={{ connect: true }} className="text-accent underline underline-offset-2">
            Connect a provider
          </Link>{' '}
          first.
        </p>
      )}
      <SelectField
        label="Language model"
        name="model"
        value={form.model}
        onChange={(model) => onChange({ model })}
        options={[
          ['', 'by the rules: chosen for each call'],
          ...callable.map(({ model, price }) => [model, `${model} (${priceWords(price)})`] as const),
        ]}
        problem={problems.model}
        hint="Prices are for a million tokens."
      />
      <TextField
        label="Instructions (may be left out)"
        name="instructions"
        value={form.instructions}
        onChange={(instructions) => onChange({ instructions })}
        problem={problems.instructions}
        placeholder="Answer in two sentences. Name the file for each number."
        hint="It is told this before every task."
        lines={4}
      />
      <fieldset className="space-y-2">
        <legend className="mb-2 text-sm font-medium">What it may do by itself</legend>
        {TOOL_CHOICES.map(({ choice, label, hint }) => (
          <CheckField
            key={choice}
            label={label}
            name={`tool-${choice}`}
            checked={form.tools.includes(choice)}
            onChange={(isOn) =>
              onChange({
                tools: isOn ? [...form.tools, choice] : form.tools.filter((each) => each !== choice),
              })
            }
            hint={hint}
          />
        ))}
      </fieldset>
      <TextField
        label="Tools of plug-ins (may be left out)"
        name="otherTools"
        value={form.otherTools}
        onChange={(otherTools) => onChange({ otherTools })}
        problem={problems.otherTools}
        hint="Names, separated by spaces."
        mono
      />
      <TextField
        label="Minutes for one attempt"
        name="minutes"
        value={form.minutes}
        onChange={(minutes) => onChange({ minutes })}
        problem={problems.minutes}
        type="number"
      />
    </>
  );
}
