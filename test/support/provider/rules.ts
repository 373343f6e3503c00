import type { Answer } from './answer.ts';
import type { ProviderRequest } from './server.ts';

/** A rule of a script in a file: the first that fits and is not used up answers. */
export type Rule = Answer & {
  /** Fits when this stands in the prompt; always when absent. */
  when?: string;
  /** How often it may answer; without end when absent. */
  times?: number;
};

/** Answers by rules; what none of them covers is answered by `otherwise`. */
export function byRules(rules: Rule[]): (asked: ProviderRequest) => Answer {
  const left = rules.map((rule) => ({ rule, times: rule.times ?? Number.POSITIVE_INFINITY }));
  return (asked) => {
    const found = left.find(({ rule, times }) => times > 0 && (!rule.when || asked.text.includes(rule.when)));
    if (!found) return otherwise(asked);
    found.times -= 1;
    return found.rule;
  };
}

/** Something of the form that was asked for: JSON of the schema, or the last words of the person. */
export function otherwise(asked: ProviderRequest): Answer {
  if (asked.wantsJson) return { json: example(asked.schema ?? { type: 'object' }) };
  const last = asked.messages.findLast(({ role }) => role === 'user');
  return { text: `You said: ${last?.text ?? 'nothing'}` };
}

/** The smallest value of a JSON schema, as far as plain schemas go. */
function example(schema: Record<string, unknown>): unknown {
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (options) return example(options[0]);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' || schema.properties) {
    const properties = Object.entries(schema.properties ?? {});
    const required = Array.isArray(schema.required) ? schema.required : [];
    return Object.fromEntries(
      properties.filter(([name]) => required.includes(name)).map(([name, value]) => [name, example(value)]),
    );
  }
  if (type === 'array') {
    const least = typeof schema.minItems === 'number' ? schema.minItems : 0;
    return Array.from({ length: least }, () => example((schema.items ?? {}) as Record<string, unknown>)); // of a schema
  }
  if (type === 'number' || type === 'integer') return typeof schema.minimum === 'number' ? schema.minimum : 0;
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  return 'x'.repeat(typeof schema.minLength === 'number' ? schema.minLength : 1);
}
