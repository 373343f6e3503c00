const KINDS: Array<[RegExp, (what: string) => string]> = [
  [/^wording: (.+)$/, (what) => `The words of the goal ask for: ${what}.`],
  [/^fallback: (.+)$/, (what) => `No rule fits the words of the goal for sure; it is treated as: ${what}.`],
  [/^act: (.+)$/, (what) => `The goal asks for something to be done: ${what}.`],
  [/^strategy: (.+)$/, (what) => `The type of the task names a way to work: ${what.replace(/_/g, ' ')}.`],
  [/^model: (.+)$/, (what) => `A language model planned it: ${what}.`],
  [/^type: (.+)$/, () => 'The type of the task names what an agent can do.'],
];

/** Which rule of the chief made a plan, in plain words. */
export function ruleInWords(rule: string): string {
  for (const [pattern, say] of KINDS) {
    const what = pattern.exec(rule)?.[1];
    if (what) return say(what);
  }
  return `Rule: ${rule}.`;
}

/** A reason as a sentence: with a capital letter and a full stop. */
export function asSentence(reason: string): string {
  const text = reason.trim();
  if (text === '') return '';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
