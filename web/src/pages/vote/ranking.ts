/** Adds an option at the end of a ranking, or takes it out. */
export const toggled = (choice: readonly string[], option: string): string[] =>
  choice.includes(option) ? choice.filter((each) => each !== option) : [...choice, option];

/** Puts an option one place further to the front. */
export function raised(choice: readonly string[], option: string): string[] {
  const at = choice.indexOf(option);
  const before = choice[at - 1];
  if (before === undefined) return [...choice];
  return [...choice.slice(0, at - 1), option, before, ...choice.slice(at + 1)];
}
