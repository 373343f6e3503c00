import { because, by, counted, type EventType, of, type Part, type Say, sentence } from './sentence-parts.ts';

const provider = (data: Record<string, unknown>): Part => of(data.provider, 'without a name');
const model = (data: Record<string, unknown>): Part => of(data.model, 'without a name');

/** What becomes of secrets, of providers of language models, and of their models. */
export const MODEL_SENTENCES = {
  'secret.rotated': (event) =>
    sentence(by(event), ` had ${counted(event.data.secrets, 'secret')} sealed under a new key.`),
  'provider.connected': (event) => sentence(by(event), ' connected the provider ', provider(event.data), '.'),
  'provider.changed': (event) => sentence(by(event), ' changed the provider ', provider(event.data), '.'),
  'provider.health-changed': ({ data }) => [
    'The provider ',
    provider(data),
    data.isUp === true ? ' answers' : ' does not answer',
    ...because(data.because),
    '.',
  ],
  'provider.removed': (event) => sentence(by(event), ' removed the provider ', provider(event.data), '.'),
  'model.changed': (event) => sentence(by(event), ' changed the model ', model(event.data), '.'),
  'model.priced': (event) => sentence(by(event), ' gave the model ', model(event.data), ' a price.'),
  'model.rule-changed': (event) =>
    sentence(
      by(event),
      event.data.removed === true ? ' removed' : ' made',
      ' the rule ',
      of(event.data.rule, 'without a name'),
      ' for choosing models.',
    ),
} satisfies Partial<Record<EventType, Say>>;
