/** Rows of teams, votes and what agents know of one another. */

/** What an agent knows of another by what it asked of it. */
export interface RelationRow {
  tenant_id: string;
  agent_id: string;
  peer_id: string;
  interactions: number;
  successes: number;
  total_ms: number;
  last_at: number;
}

/** A named group of agents with a topology. */
export interface TeamRow {
  id: string;
  tenant_id: string;
  name: string;
  description: string;
  /** What people set; `adaptive` leaves the shape to Cadre. */
  topology: string;
  fan_out: number;
  /** Whom people named to lead; null: the first member. */
  lead_id: string | null;
  /** The message graph it has now, why, and the rungs that measured cost has added. */
  shape: string;
  shape_because: string;
  shape_extra: number;
  shape_at: number;
  /** What was read of the event log since the shape was judged, as JSON (coordination/teams/measure.ts). */
  measured: string;
  created_at: number;
  updated_at: number;
}

export interface TeamMemberRow {
  tenant_id: string;
  team_id: string;
  agent_id: string;
  place: number;
  joined_at: number;
}

/** Who leads a team, until when by the database's clock. The term rises with every new leader. */
export interface TeamLeaderRow {
  tenant_id: string;
  team_id: string;
  agent_id: string;
  term: number;
  until: number;
}

/** What was said in a team: the content that goes from hop to hop. */
export interface TeamSayingRow {
  id: string;
  tenant_id: string;
  team_id: string;
  sender_id: string;
  shape: string;
  type: string;
  payload: string;
  subject: string;
  priority: number;
  expires_at: number | null;
  created_at: number;
}

/** A message that goes on, once its recipient has acknowledged it: to whom (coordination/topology.ts, as JSON). */
export interface TeamHopRow {
  message_id: string;
  tenant_id: string;
  saying_id: string;
  next: string;
}

export interface VoteRow {
  id: string;
  tenant_id: string;
  team_id: string | null;
  question: string;
  options: string;
  rule: string;
  capability: string | null;
  quorum: number;
  /** open, decided, failed */
  status: string;
  reason: string | null;
  winner: string | null;
  rounds: string | null;
  deadline: number;
  opened_by: string;
  created_at: number;
  closed_at: number | null;
}

/** A voter of a vote; `choice` is null while it is silent, an empty list when it abstains. */
export interface BallotRow {
  tenant_id: string;
  vote_id: string;
  agent_id: string;
  place: number;
  weight: number;
  message_id: string | null;
  choice: string | null;
  note: string | null;
  cast_at: number | null;
  cast_by: string | null;
  changes: number;
}
