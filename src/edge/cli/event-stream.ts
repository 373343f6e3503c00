import type { StreamEvent } from '../../platform/kernel/operation.ts';

/** Reads server-sent events (WHATWG HTML, section 9.2) from chunks of text or bytes; data is JSON here. */
export async function* readEvents(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const item = readBlock(block);
      if (item) yield item;
    }
  }
}

/** One block of lines; a comment alone (the heartbeat) is nothing. */
function readBlock(block: string): StreamEvent | undefined {
  const fields = { id: '', event: 'message', data: '' };
  let hasData = false;
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^(\w+):? ?(.*)$/.exec(line) ?? [];
    if (name === 'data') {
      fields.data += hasData ? `\n${value}` : value;
      hasData = true;
    } else if (name === 'id' || name === 'event') fields[name] = value;
  }
  // How the AI SDK's streams say that they are over.
  if (fields.data === '[DONE]') return undefined;
  return hasData ? { id: fields.id, event: fields.event, data: JSON.parse(fields.data) } : undefined;
}
