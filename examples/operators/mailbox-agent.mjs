/**
 * An agent outside Cadre that takes messages from its mailbox: no port, no framework, any language could do it.
 * It answers each request with its own data in capitals, and acknowledges it; what it does not acknowledge within the
 * lease is handed out again.
 *
 *   CADRE_KEY=… node examples/operators/mailbox-agent.mjs <agent id> [http://127.0.0.1:7200]
 *
 * Register it first: executor {"kind": "mailbox"}. docs/messages.md shows the whole conversation.
 */
const [agentId, url = 'http://127.0.0.1:7200'] = process.argv.slice(2);

async function call(path, body) {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${process.env.CADRE_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json();
}

console.log(`waiting for messages of ${agentId}`);
for (;;) {
  const { messages } = await call(`/agents/${agentId}/mailbox/take`, { waitMs: 20_000 });
  for (const { id, type, subject, payload } of messages) {
    console.log(`${type}: ${subject}`);
    const isQuestion = type === 'coordination_request';
    const data = { loud: JSON.stringify(payload.data ?? payload).toUpperCase() };
    await call(`/messages/${id}/ack`, isQuestion ? { reply: { payload: { data } } } : {});
  }
}
