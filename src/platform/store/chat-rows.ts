/** One thing that a person said to an agent, and the task that answers it. */
export interface ChatTurnRow {
  tenant_id: string;
  agent_id: string;
  /** As the client calls the chat; one agent has many. */
  chat_id: string;
  /** From 1 on. */
  position: number;
  task_id: string;
  said: string;
  said_by: string;
  created_at: number;
}
