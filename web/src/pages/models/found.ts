import type { Model } from '../../api/models.ts';

/** The models that have all the words somewhere in their name, size or strengths; those that may be called first. */
export function found(models: readonly Model[], words: string): Model[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = models.filter(({ model, tier, strengths }) => {
    const text = [model, tier, ...strengths].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  return fitting.sort(
    (a, b) =>
      Number(b.isCallable) - Number(a.isCallable) || (a.model < b.model ? -1 : Number(a.model > b.model)),
  );
}
