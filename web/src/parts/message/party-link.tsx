import { Link } from '@tanstack/react-router';
import type { Party } from './parties.ts';

/** Who it is; an agent leads to its panel. */
export function PartyLink({ party, className = '' }: { party: Party; className?: string }) {
  if (party.agentId === undefined) return <span className={className}>{party.name}</span>;
  return (
    <Link
      to="/agents"
      search={{ agent: party.agentId }}
      className={`underline decoration-line underline-offset-2 hover:text-accent hover:decoration-accent ${className}`}
    >
      <bdi>{party.name}</bdi>
    </Link>
  );
}
