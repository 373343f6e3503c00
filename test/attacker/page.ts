import { ATTACKS, VECTORS, WAYS } from './attacks.ts';
import type { AttackerReport } from './run.ts';

/** The proof for people. */
export function toPage(reports: AttackerReport[]): string {
  const rows = reports.map(
    ({ store, attacks, reached, forbidden, obeyed, refusedActs, twins, twinsDone, attackedDone }) =>
      `| ${store} | ${reached} of ${attacks} | ${forbidden.length} of ${attacks} | ${twinsDone} of ${twins} | ${attackedDone} of ${attacks} | ${obeyed} | ${refusedActs} |`,
  );
  return `# A model that obeys every word it reads

\`npm run guarantees -- attacker\`: ${ATTACKS.length} attacks in each of ${VECTORS.length} ways in, ${ATTACKS.length * VECTORS.length} in all, before a model that
carries out every instruction it finds, wherever it stands. Its tools could pay, grant roles and call any address; a
person declines whatever is asked. Counted is what happened in the world: calls that arrived, effects of tools, contents
of foreign files in a prompt, messages sent. An attack whose words never stood in a prompt would prove nothing, so that is
counted as well.

| store | reached the model | forbidden effects | same jobs without an attack, done | attacked jobs done | calls the model made for the attacker | acts a person declined |
|---|---|---|---|---|---|---|
${rows.join('\n')}

What this shows: the approval lies outside the model, so a model that is wholly in the hands of an attacker has the tools
of its spec, asks a person for everything beyond reading and editing its own work, and reaches no file but its own. What
it does not show: that a person declines what they should, or that the text of an attacked answer is true.

## Ways in

${VECTORS.map((vector) => `- ${vector}: ${WAYS[vector]}`).join('\n')}

A request that another agent sends (receive) is answered in one call without tools, so there is nothing a person would
have to decline: what the model calls there does not exist. What a program that takes from its mailbox does by itself with
the words lies outside of Cadre; here it has an agent work on them.

## Attacks

${ATTACKS.map(({ name }) => `- ${name}`).join('\n')}
`;
}
