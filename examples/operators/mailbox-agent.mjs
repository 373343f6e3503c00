/**
 * An agent outside Cadre that takes messages and tasks from its mailbox: no port, no framework, any language could do
 * it. It answers each request with its own data in capitals, and does a task by shouting its goal. What it does not
 * acknowledge within the lease is handed out again, with the same key.
 *
 *   CADRE_KEY=… node examples/operators/mailbox-agent.mjs <agent id or name> [http://127.0.0.1:7200]
 *
 * Register it first: executor {"kind": "mailbox"}. docs/messages.md shows the whole conversation.
 */
const [agentId, url = 'http://127.0.0.1:7200'] = process.argv.slice(2);
/** Keys of the tasks it has done: one that is handed out again is answered, not done again. */
const done = new Map();

async function call(path, body) {
  for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, 5_000)) {
    try {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${process.env.CADRE_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (answer.ok) return await answer.json();
      if (answer.status !== 429 && answer.status < 500) throw new Refused(`${answer.status}: ${await answer.text()}`);
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
    // Cadre is away or starts again. Asking once more is safe: what was acknowledged stays so.
    await new Promise((done) => setTimeout(done, waitMs));
  }
}

class Refused extends Error {}

/** What the acknowledgement says: `result` is the output of a task, `error` its failure, `reply` answers a question. */
function handle({ type, payload }) {
  if (type === 'task_delegation') {
    const { description, context } = payload;
    if (context.input.fail) return { error: 'I lost my voice.', retry: false };
    const key = context.idempotencyKey;
    if (!done.has(key)) done.set(key, { loud: description.toUpperCase(), input: context.input });
    return { result: done.get(key) };
  }
  // Asked to collaborate it is shown what the others contributed before it, as far as the mode lets it.
  if (payload.requestType === 'collaborate')
    return { reply: { payload: { data: { loud: String(payload.data.goal).toUpperCase(), after: payload.data.history.length } } } };
  if (type === 'coordination_request')
    return { reply: { payload: { data: { loud: JSON.stringify(payload.data).toUpperCase() } } } };
  return {};
}

console.log(`waiting for messages of ${agentId}`);
for (;;) {
  const { messages } = await call(`/agents/${agentId}/mailbox/take`, { waitMs: 20_000 });
  for (const message of messages) {
    console.log(`${message.type}: ${message.subject}`);
    // Too late, say: then the message was handed out again or is over, and this one agent goes on with the next.
    await call(`/messages/${message.id}/ack`, handle(message)).catch((error) => console.log(error.message));
  }
}
