import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Model, Provider } from './models.ts';

/** What pages about providers and models ask for, by key. What an event makes old: live/outdated.ts. */

/** All providers, in the order of fallback. A tenant has few. */
export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: async ({ signal }): Promise<Provider[]> => {
    const { items } = await call('providers.list', { limit: 200 }, { signal });
    return items.sort((a, b) => a.position - b.position);
  },
});

/** More models than this are not shown in one list. */
export const MOST_MODELS = 1_000;

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async ({ signal }): Promise<Model[]> => {
    const models: Model[] = [];
    let cursor: string | undefined;
    do {
      const page = await call('models.list', { limit: 200, ...(cursor && { cursor }) }, { signal });
      models.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor && models.length < MOST_MODELS);
    return models;
  },
});

/** One model with every price it ever had; by id, or as `provider/name`. */
export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: ['model', id],
    queryFn: ({ signal }) => call('models.get', { id }, { signal }),
  });

/** What could be connected and is not: it is named, and nothing is done with it until a person says so. */
export const offersQuery = queryOptions({
  queryKey: ['offers'],
  queryFn: async ({ signal }) => (await call('models.offers', {}, { signal })).items,
});

/** Which model fits, and all of them side by side. */
export const choiceQuery = (use: string) =>
  queryOptions({
    queryKey: ['model-choice', use],
    queryFn: async ({ signal }) => {
      const [choice, comparison] = await Promise.all([
        call('models.recommend', { task: use }, { signal }),
        call('models.compare', { useCase: use }, { signal }),
      ]);
      return { choice, items: comparison.items };
    },
    placeholderData: keepPreviousData,
  });
