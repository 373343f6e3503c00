import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api/client.ts';

/** One agent by id, removed ones too. Below the key of the list, so that events touch both. */
export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', id],
    queryFn: ({ signal }) => call('agents.get', { id }, { signal }),
  });
