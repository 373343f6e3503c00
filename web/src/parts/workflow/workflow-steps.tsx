import { StatusMark } from '../status-mark.tsx';
import { blockIn, blocksOf, type FlowStep, KIND_WORDS, kindOf, placeIn, saysOf } from './flow.ts';
import { KindIcon } from './kind-icon.tsx';
import { lookOf, type PlaceState } from './states.ts';

interface StepsProps {
  steps: readonly FlowStep[];
  /** How each step stands in a task, by its place. */
  states?: ReadonlyMap<string, PlaceState> | undefined;
  onOpen?: ((place: string) => void) | undefined;
  block?: string;
}

/** The steps of a workflow as nested lists: the same as the picture, for who reads rather than looks. */
export function WorkflowSteps({ steps, states, onOpen, block = '' }: StepsProps) {
  return (
    <ol className={block === '' ? 'space-y-1' : 'mt-1 space-y-1 border-l-2 border-line pl-3'}>
      {steps.map((step, index) => (
        <li key={step.name} className="min-w-0">
          <Line
            step={step}
            before={steps[index - 1]?.name}
            state={states?.get(placeIn(block, step.name))}
            onOpen={onOpen && (() => onOpen(placeIn(block, step.name)))}
          />
          <Inside step={step} place={placeIn(block, step.name)} states={states} onOpen={onOpen} />
        </li>
      ))}
    </ol>
  );
}

function Inside({
  step,
  place,
  states,
  onOpen,
}: Omit<StepsProps, 'steps'> & { step: FlowStep; place: string }) {
  const blocks = blocksOf(step);
  return blocks.map(({ label, title, steps }) => (
    <div key={label} className="ml-5.5">
      {title !== '' && (
        <p className="pt-1 text-xs break-words text-soft" dir="auto">
          {title}
        </p>
      )}
      <WorkflowSteps steps={steps} states={states} onOpen={onOpen} block={blockIn(place, label)} />
    </div>
  ));
}

interface LineProps {
  step: FlowStep;
  before: string | undefined;
  state: PlaceState | undefined;
  onOpen: (() => void) | undefined;
}

function Line({ step, before, state, onOpen }: LineProps) {
  const more = conditionsOf(step, before);
  return (
    <div className="flex flex-wrap items-baseline gap-x-2 rounded-lg px-1.5 py-1 text-sm">
      <span className="flex items-center gap-1.5 self-center">
        {state ? <StatusMark status={state.status} /> : <KindIcon step={step} />}
        {onOpen ? (
          <button type="button" onClick={onOpen} className="text-left font-medium break-all hover:underline">
            {step.name}
          </button>
        ) : (
          <span className="font-medium break-all">{step.name}</span>
        )}
      </span>
      {state && (
        <span style={{ color: `var(--${lookOf(state.status)})` }} className="font-medium">
          {state.words}
        </span>
      )}
      <span className="text-soft">{KIND_WORDS[kindOf(step)]}</span>
      <span className="min-w-0 break-words" dir="auto">
        {saysOf(step)}
      </span>
      {more !== '' && (
        <span className="min-w-0 text-xs break-words text-soft" dir="auto">
          {more}
        </span>
      )}
    </div>
  );
}

/** When it begins, where that is not simply after the step before it; who does it. */
function conditionsOf(step: FlowStep, before: string | undefined): string {
  const { needs = [], capability, agent } = step;
  const usual = before === undefined ? [] : [before];
  const isUsual = needs.length === usual.length && needs.every((need) => need === before);
  const words = [
    isUsual ? '' : needs.length > 0 ? `after ${needs.join(', ')}` : 'begins at once',
    step.if === undefined ? '' : `only if ${step.if}`,
    step.optional === true ? 'the rest can do without it' : '',
    agent === undefined ? '' : `by ${agent}`,
    capability === undefined ? '' : `who can ${capability}`,
  ];
  const said = words.filter(Boolean).join(' · ');
  return said === '' ? '' : `(${said})`;
}
