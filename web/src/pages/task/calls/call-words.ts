import type { Operations } from '../../../api/types.ts';

type Call = Operations['usage.list']['output']['items'][number];

/** What a call was for. */
export const PURPOSE_WORDS: Record<string, string> = {
  work: 'work',
  plan: 'planning',
  review: 'review',
  verify: 'checking',
  compact: 'shortening',
  chat: 'chat',
};

/** How sure the tokens are. */
export const SOURCE_WORDS: Record<Call['source'], string> = {
  provider: 'tokens as the provider counted',
  tokenizer: 'tokens counted here',
  'worst-case': 'nobody knows: the most is charged',
};
