/**
 * The answer of an agent as it comes: the AI SDK's UI message stream (docs/chat.md), as much of it as Cadre sends. Read
 * here in a few lines, so that the console needs no client of its own for it.
 */

/** Something that the agent did, or was not let. */
export interface ToolPart {
  act: string;
  effect: string;
  state: 'done' | 'refused';
  because: string | null;
}

/** An act that waits, or waited, for a person. */
export interface ApprovalPart {
  actId: string;
  act: string;
  effect: string;
  detail: string | null;
  state: 'asked' | 'allowed' | 'declined';
}

export interface UsagePart {
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  energyJ: number | null;
}

export type Part =
  | { type: 'start'; messageId: string; messageMetadata?: { chat: string; task: string } }
  | { type: 'text-start' | 'text-end'; id: string }
  | { type: 'text-delta'; id: string; delta: string }
  | { type: 'data-tool'; id: string; data: ToolPart }
  | { type: 'data-approval'; id: string; data: ApprovalPart }
  | { type: 'data-state'; data: { state: string; because: string | null } }
  | { type: 'data-usage'; data: UsagePart }
  | { type: 'error'; errorText: string }
  | { type: 'finish'; finishReason?: string };

/** Reads the parts of a stream, in whatever pieces its bytes come. Ends with the stream. */
export async function* partsIn(stream: ReadableStream<Uint8Array>): AsyncGenerator<Part> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const lines = rest.split('\n');
      // The last one may go on in the next piece.
      rest = done ? '' : (lines.pop() ?? '');
      for (const line of lines) {
        const part = partOf(line.trimEnd());
        if (part) yield part;
      }
      if (done) return;
    }
  } finally {
    // Who leaves ends the reading, not the work.
    await reader.cancel().catch(() => undefined);
  }
}

/** Lines that are no part: comments that keep the connection alive, the end mark, what was cut off. */
function partOf(line: string): Part | undefined {
  if (!line.startsWith('data:')) return undefined;
  const text = line.slice('data:'.length).trim();
  if (text === '[DONE]') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isPart = typeof value === 'object' && value !== null && 'type' in value;
    return isPart ? (value as Part) : undefined; // the server's chunks.ts made it; unknown types are passed over
  } catch {
    return undefined;
  }
}
