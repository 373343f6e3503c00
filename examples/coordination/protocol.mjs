/**
 * The coordination protocol (docs/coordination.md) as a sample agent keeps it: before, during and after each task. An
 * agent is a program that takes messages from its mailbox; it may die at any line. What it had in hand is handed out
 * again, and everything it sends for a task has an id made from the task's key, so that a second time sends nothing.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from './client.mjs';

/** Where sessions are kept: the built-in chief stores what it is told, and anybody can read it. */
export const KEEPER = 'Chief of Staff';
const COORDINATOR = 'Coordinator';
/** What is not acknowledged by then is handed out again. */
const LEASE_MS = Number(process.env.LEASE_MS ?? 30_000);

/**
 * Runs an agent until the process ends. `tasks`: what it does, by type, as `{needs, dependents, run(work)}`.
 * `requests`: how it answers a coordination_request, by requestType.
 */
export async function startAgent({ name, tasks, requests = {} }) {
  const [agentId, url = 'http://127.0.0.1:7200'] = process.argv.slice(2);
  const call = connect(url, process.env.CADRE_KEY);
  const say = (text) => console.log(`${name}: ${text}`);
  /** What others shared with it, or handed to it, in this life. */
  const known = [];
  const own = { name, agentId, call, say, known };

  say('is there');
  if (name !== COORDINATOR)
    await send(own, { to: COORDINATOR, type: 'heartbeat', payload: { agentStatus: 'idle', currentLoad: 0 } });
  for (;;) {
    const { messages } = await call('POST', `/agents/${agentId}/mailbox/take`, { waitMs: 20_000, leaseMs: LEASE_MS });
    // Side by side: what takes long must not make the agent deaf, or silent.
    for (const message of messages) void handle(own, { tasks, requests }, message);
  }
}

async function handle(own, { tasks, requests }, message) {
  const { call, say, known } = own;
  const ack = (body) =>
    call('POST', `/messages/${message.id}/ack`, body).catch((error) => say(`could not acknowledge: ${error.message}`));
  try {
    if (message.type === 'task_delegation') {
      const result = await whileHeld(own, message, () => carryOut(own, tasks, message));
      return await ack({ result });
    }
    if (message.type === 'capability_inquiry') return await ack({ reply: { payload: offerOf(tasks) } });
    if (message.type === 'coordination_request') {
      const { requestType, data } = message.payload;
      if (requestType === 'share_knowledge') {
        known.push(data);
        say(`was told about "${data.subject}"`);
        return await ack({ reply: { payload: { requestType, data: { received: true, stored_by: own.name } } } });
      }
      const answer = requests[requestType];
      if (!answer) return await ack({ error: `${own.name} knows no ${requestType}`, retry: false });
      return await ack({ reply: { payload: { requestType, data: await answer(data, own) } } });
    }
    if (message.type === 'resource_request') {
      say(`grants ${message.payload.amount} of ${message.payload.resource}`);
      const granted = { resource: message.payload.resource, granted: message.payload.amount };
      return await ack({ reply: { type: 'coordination_response', payload: { data: granted } } });
    }
    if (message.type === 'workflow_step') known.push(message.payload.data);
    if (['workflow_step', 'status_update', 'error_report', 'heartbeat'].includes(message.type))
      say(`heard: ${told(message)}`);
    await ack({});
  } catch (error) {
    say(`failed with ${message.type}: ${error.message}`);
    await ack({ error: error.message, retry: error.retry ?? true });
  }
}

/** Works, and keeps the message in hand meanwhile: only when this process dies is it handed out again. */
async function whileHeld({ call, say }, message, work) {
  const holding = setInterval(() => {
    call('POST', `/messages/${message.id}/extend`, { leaseMs: LEASE_MS }).catch((error) => {
      clearInterval(holding);
      say(`no longer has it in hand: ${error.message}`);
    });
  }, LEASE_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(holding);
  }
}

/** One task by the protocol. */
async function carryOut(own, tasks, message) {
  const { payload } = message;
  const { context, taskId } = payload;
  const task = tasks[context.type];
  if (!task) throw final(`${own.name} does not offer ${context.type}`);
  const work = { ...own, ...verbs(own, payload), taskId, input: context.input, key: context.idempotencyKey };
  const folder = await before(work, task, payload);
  const startedMs = performance.now();
  try {
    const { result, next, learned } = await task.run({ ...work, folder });
    await after(work, { result, next, learned, workMs: performance.now() - startedMs });
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true }); // nothing temporary stays, however it ended
  }
}

/** Pre-task: restore, prepare, validate, check, notify. */
async function before(work, task, payload) {
  const { call, say, name, known } = work;
  const { items } = await call('GET', '/agents?limit=200');
  const agents = new Map(items.map((agent) => [agent.name, agent]));
  // Session restore: what it noted about earlier tasks.
  const keeper = agents.get(KEEPER);
  const notes = await call('GET', `/agents/${keeper.id}/notes?kind=session&text=${encodeURIComponent(`of ${name}`)}`);
  for (const { content } of notes.items.slice(0, 5)) known.push(content);
  say(notes.items.length > 0 ? `remembers ${notes.items.length} session(s)` : 'has no session to restore');
  // Validation: what can never work is not begun.
  const missing = task.needs.filter((field) => work.input[field] === undefined);
  if (missing.length > 0) throw final(`the task has no ${missing.join(', ')}`);
  if (payload.deadline && Date.parse(payload.deadline) < Date.now()) throw final('its deadline has passed');
  // Dependencies: those it will hand on to, or ask, must be there.
  const away = (task.dependents ?? []).filter((who) => !['idle', 'busy'].includes(agents.get(who)?.status));
  if (away.length > 0) throw new Error(`${away.join(', ')} not there yet`); // handed out again a little later
  // Resources: a folder of its own, and a share of what the coordinator gives out.
  const folder = await mkdtemp(join(tmpdir(), `cadre-${name.toLowerCase()}-`));
  if (name !== COORDINATOR) await work.request('resource_request', COORDINATOR, { resource: 'minutes', amount: 1 });
  // Notification: coordinator and dependents know that it begins.
  await work.progress(0, 'begins', {}, task.dependents ?? []);
  return folder;
}

/** Post-task: metrics, hand-off, session, and the log line that it is done. */
async function after(work, { result, next, learned, workMs }) {
  const { call, say, name, key } = work;
  const metrics = { workMs: Math.round(workMs) };
  await work.progress(1, 'is done', metrics);
  const metric = { kind: 'agent', name: 'work', value: metrics.workMs, tags: { unit: 'ms', agent: name } };
  await call('POST', '/topics/metrics.update/messages', {
    from: work.agentId, type: 'status_update', payload: { currentTaskId: work.taskId, data: { envelope: metric } },
  }, `${key}:metrics`).catch(passIfSaid);
  if (next) {
    await work.send({
      to: next, type: 'workflow_step', messageId: `${key}:hand-off`, subject: `results of ${name}`,
      payload: { step: 'hand-off', data: { from: name, results: result, learned: learned ?? null } },
    });
    say(`hands its results to ${next}`);
  }
  await work.share(KEEPER, 'session', `session of ${name} ${work.taskId}`, { from: name, learned: learned ?? null });
}

/** What an agent can say during a task; each once per task, however often the task is begun. */
function verbs(own, payload) {
  const { context, taskId } = payload;
  const key = context.idempotencyKey;
  /** What it said in an earlier life, perhaps with other figures, was said. */
  const once = (message) => send(own, message).catch((error) => passIfSaid(error));
  const request = async (type, to, content, requestType) => {
    const asked = await send(own, {
      to, type, requiresResponse: true, messageId: `${key}:${to}:${digest([type, requestType, content])}`, responseTimeoutMs: 60_000,
      payload: requestType ? { requestType, data: content } : content,
    });
    for (let tries = 0; tries < 6; tries += 1) {
      const { status, reply, error } = await own.call('GET', `/messages/${asked.id}/reply?waitMs=10000`);
      if (status === 'answered') return reply.payload.data ?? reply.payload;
      if (status === 'failed') throw new Error(`${to} did not answer: ${error}`);
    }
    throw new Error(`${to} did not answer in time`);
  };
  return {
    send: once,
    request,
    /** Asks another agent, and waits for its answer. */
    ask: (to, requestType, data) => request('coordination_request', to, data, requestType),
    /** Tells another agent something it should know, once. */
    share: (to, kind, subject, content) => request('coordination_request', to, { kind, subject, content }, 'share_knowledge'),
    async progress(progress, message, metrics = {}, dependents = []) {
      own.say(`${message} (${Math.round(progress * 100)} %)`);
      const listeners = [COORDINATOR, ...dependents].filter((who) => who !== own.name);
      for (const to of new Set(listeners))
        await once({
          to, type: 'status_update', messageId: `${key}:progress:${progress}:${to}`,
          payload: { agentStatus: 'busy', currentTaskId: taskId, progress, message, metrics },
        });
    },
    /** Something the coordinator must know, because the agent cannot settle it. */
    escalate: (code, message, details = {}) =>
      once({ to: COORDINATOR, type: 'error_report', messageId: `${key}:escalate:${code}`, priority: 'urgent', payload: { code, message, details } }),
    /** Hands a piece of work to one agent, and waits for what comes of it. */
    async delegate(to, type, params) {
      const { items } = await own.call('GET', '/agents?limit=200');
      const { id } = items.find((agent) => agent.name === to);
      const body = { from: own.agentId, type, params, goal: `${type} for ${own.name}`, timeoutMs: 300_000 };
      let seen = await own.call('POST', `/agents/${id}/delegations`, body, `${key}:${type}`);
      own.say(`delegated ${type} to ${to}`);
      while (seen.status === 'open') seen = await own.call('GET', `/delegations/${seen.id}?waitMs=20000`);
      if (seen.status !== 'completed') throw final(`${to}: ${seen.error.message}`);
      return seen.result;
    },
  };
}

/** The same content has the same digest, in every life. */
function digest(content) {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}

function passIfSaid(error) {
  if (!['message/id-taken', 'request/idempotency-mismatch'].includes(error.code)) throw error;
}

function send({ agentId, call }, message) {
  return call('POST', '/messages', { from: agentId, ...message });
}

/** FEATURES CO-3: what it can do, and how busy it is. */
function offerOf(tasks) {
  const availableCapabilities = Object.keys(tasks);
  const confidence = Object.fromEntries(availableCapabilities.map((capability) => [capability, 0.9]));
  return { availableCapabilities, confidence, currentLoad: 0, estimatedAvailabilityMs: 0 };
}

function told({ type, topic, subject, payload }) {
  if (topic === 'metrics.update') {
    const { name, value, tags } = payload.data.envelope;
    return `metric ${name} of ${tags.agent}: ${value} ${tags.unit}`;
  }
  if (payload.data?.taskId) return `the result of ${subject}: ${payload.data.status}`;
  if (type === 'status_update') return payload.message || payload.agentStatus || 'a status';
  if (type === 'workflow_step') return `${payload.data.from} hands over, having learned "${payload.data.learned}"`;
  if (type === 'error_report') return `${payload.code}: ${payload.message}`;
  return type;
}

/** A failure that trying again does not mend. */
function final(message) {
  return Object.assign(new Error(message), { retry: false });
}
