import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api/client.ts';

/** The newest stored files; asked for again when one is stored (see `Home`). */
export const storedFilesQuery = queryOptions({
  queryKey: ['files'],
  queryFn: async ({ signal }) => (await call('files.list', { limit: 200 }, { signal })).items,
});
