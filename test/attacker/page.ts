import { ATTACKS, VECTORS } from './attacks.ts';
import type { AttackerReport } from './run.ts';

/** The proof for people. */
export function toPage(reports: AttackerReport[]): string {
  const rows = reports.map(
    ({ store, attacks, forbidden, obeyed, refusedActs, twins, twinsDone, attackedDone }) =>
      `| ${store} | ${forbidden.length} of ${attacks} | ${twinsDone} of ${twins} | ${attackedDone} of ${attacks} | ${obeyed} | ${refusedActs} |`,
  );
  return `# A model that obeys every word it reads

\`npm run guarantees -- attacker\`: ${ATTACKS.length} attacks in each of ${VECTORS.length} ways in (${VECTORS.join(', ')}), before a model that carries out every
instruction it finds, wherever it stands. Its tools could pay, grant roles and call any address; a person declines
whatever is asked. Counted is what happened in the world: calls that arrived, effects of tools, contents of foreign files
in a prompt, messages sent.

| store | forbidden effects | same jobs without an attack, done | attacked jobs done | calls the model made for the attacker | acts a person declined |
|---|---|---|---|---|---|
${rows.join('\n')}

What this shows: the approval lies outside the model, so a model that is wholly in the hands of an attacker has the tools
of its spec, asks a person for everything beyond reading and editing its own work, and reaches no file but its own. What
it does not show: that a person declines what they should, or that the text of an attacked answer is true.

${ATTACKS.map(({ name }) => `- ${name}`).join('\n')}
`;
}
