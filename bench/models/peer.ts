/** An agent loop under measurement. */
export interface Carried {
  said: string;
  toolCalls: number;
}

export interface LoopPeer {
  name: string;
  /** What is on disk when a call counts as done. */
  durability: string;
  /** One task: a prompt, the tool, as many turns as the model wants. */
  run(model: string): Promise<Carried>;
  close(): Promise<void>;
}

export interface PeerContext {
  url: string;
  host: string;
  directory: string;
}

export type OpenPeer = (context: PeerContext) => Promise<LoopPeer>;

export const INSTRUCTIONS = 'You are an operator. Work with your tools, then say what you found.';
export const GOAL = 'Go through everything.';
