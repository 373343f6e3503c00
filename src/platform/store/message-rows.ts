/** Rows of messages, mailboxes, topics, conversations and prompts. */

export interface MessageRow {
  id: string;
  tenant_id: string;
  conversation_id: string;
  correlation_id: string;
  sender_id: string;
  recipient_id: string;
  type: string;
  priority: number;
  status: string;
  subject: string;
  payload: string;
  task_id: string | null;
  retry_count: number;
  error: string | null;
  created_at: number;
  expires_at: number | null;
  delivered_at: number | null;
  acknowledged_at: number | null;
  /** Place in the conversation with the recipient, from 1 without holes; null: it goes through no mailbox. */
  seq: number | null;
  sender_type: string;
  recipient_type: string;
  /** The sender's own id for it: the same id twice is one message. */
  inbox_id: string | null;
  content_hash: string | null;
  in_reply_to: string | null;
  requires_response: number;
  /** A reply after this time is late and changes nothing for who asked. */
  reply_due_at: number | null;
  late: number;
  /** Messages before it in its chain of replies and forwards. */
  hops: number;
  /** Of these, those since the last one that brought something new. */
  idle_hops: number;
  /** The requests of its chain, itself among them, as JSON (messages/ping-pong.ts). */
  asked: string | null;
  topic: string | null;
  max_retries: number;
  /** Of a message that was taken from a mailbox or failed: not handed out again before. */
  lease_until: number | null;
  result: string | null;
  /** Of a redriven message: the first one, whose id stays the idempotency key. */
  origin_id: string | null;
  redrive_of: string | null;
  redriven_as: string | null;
  /** Of one that hands over a task: the run that goes on when it ends. */
  run_id: string | null;
}

/** One conversation of one recipient: gives out the places and counts what is open. */
export interface MailboxConversationRow {
  tenant_id: string;
  recipient_id: string;
  conversation_id: string;
  last_seq: number;
  open: number;
}

/** What two agents say to one another in one conversation, in both directions. `low_id` is the smaller id. */
export interface TalkRow {
  tenant_id: string;
  low_id: string;
  high_id: string;
  /** The conversation; `direct` for the conversations that have none of their own. */
  conversation: string;
  /** Messages that brought nothing new, less what took them back (messages/progress.ts). */
  idle: number;
  /** Hashes of what was said. */
  said: string;
  last_sender: string | null;
  /** When one of them spoke last. */
  turned_at: number;
  /** When something new came last. */
  progress_at: number;
  /** 1 while messages without progress are refused. */
  stopped: number;
  /** Heartbeats, pings and capability inquiries since `signals_at`. */
  signals: number;
  signals_at: number;
}

export interface TopicSubscriptionRow {
  tenant_id: string;
  topic: string;
  agent_id: string;
  created_at: number;
}

/** What one agent told another, kept where the receiver finds it again. */
export interface KnowledgeNoteRow {
  id: string;
  tenant_id: string;
  agent_id: string;
  from_id: string;
  message_id: string;
  kind: string;
  subject: string;
  data: string;
  created_at: number;
}

/** How far the follower of the event log has come with a tenant for whom somebody listens. */
export interface EventFollowerRow {
  tenant_id: string;
  txid: number;
  seq: number;
  updated_at: number;
}

/** An agent that gets events of a kind as messages, from a place of the log on. */
export interface EventListenerRow {
  id: string;
  tenant_id: string;
  agent_id: string;
  /** A type of events, or `<room>.*`. */
  event_type: string;
  /** Of emitted events: only those of this name. */
  name: string | null;
  task_id: string | null;
  from_txid: number;
  from_seq: number;
  delivered: number;
  /** Events whose message was refused, with the last reason. */
  missed: number;
  last_error: string | null;
  created_by: string;
  created_at: number;
}

/** A task that came as an envelope on a topic: whom its result is owed to. */
export interface TaskEnvelopeRow {
  task_id: string;
  tenant_id: string;
  /** `agent:…`, or the key or session that published it. */
  sender: string;
  /** The sender's own id of the task. */
  envelope_id: string;
  content_hash: string;
  reply_topic: string | null;
  answered_at: number | null;
}

/** One version of what the participants of a conversation share under a key; the highest one holds. */
export interface ConversationContextRow {
  tenant_id: string;
  conversation_id: string;
  key: string;
  version: number;
  /** JSON; null: it was taken back. */
  value: string | null;
  set_by: string;
  set_by_type: string;
  set_at: number;
}

/** One version of a prompt or a template; only `archived_at` ever changes, of all versions at once. */
export interface PromptRow {
  tenant_id: string;
  name: string;
  version: number;
  body: string;
  /** Names in double braces, in the order of the body, as JSON. */
  variables: string;
  description: string;
  content_hash: string;
  created_by: string;
  created_at: number;
  archived_at: number | null;
}
