/** Takes the focus to the first field of a form that has a problem, so that it is read out and can be mended. */
export function focusProblem(form: HTMLFormElement, problems: object): void {
  const field = form.elements.namedItem(Object.keys(problems)[0] ?? '');
  if (field instanceof HTMLElement) field.focus();
}
