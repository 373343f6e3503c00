import { z } from 'zod';
import type { Mail } from '../../messages/mail.ts';
import { priorityNumber } from '../../messages/priority.ts';
import { publishSchema, senderOf } from '../../messages/send.ts';
import type { EventLog, EventType } from '../../platform/events/events.ts';
import { fromRfc3339, toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import { byId, type Caller, operation, someId } from '../../platform/kernel/operation.ts';
import {
  deleteMember,
  deleteTeam,
  holdTeam,
  insertMembers,
  insertTeam,
  selectTeamByName,
  selectTeams,
  updateTeam,
} from '../../platform/store/teams.ts';
import type { Store, TenantTx } from '../../platform/store/transaction.ts';
import { keepAnswer } from '../../tenants/idempotency.ts';
import { given, pageOf, pagesUpTo, readPage } from '../../tenants/page.ts';
import { LEAD_LEASE_MS, lead, resign } from './lead.ts';
import { chooseShape, measureFromNow, reshapeByCount, reviewTeam, setShape } from './reshape.ts';
import { findAgents, memberOf, rosterOf, rostersOf, toTeam } from './roster.ts';
import { say } from './say.ts';
import { type Team, teamSchema } from './team.ts';
import { FAN_OUT, SHAPES, TOPOLOGIES } from './topology.ts';

interface Needs {
  store: Store;
  events: EventLog;
  mail: Mail;
}

/** Id or name of an agent. */
const agentName = z.string().min(1).max(80);
const name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._'"-]*$/u, 'letters, digits, space and . _ - only');
const description = z.string().max(2_000);
const fanOut = z.coerce.number().int().min(1).max(100);
const MEMBERS_AT_ONCE = 1_000;

/** What people can do with teams. */
export const teamOperations = [
  operation({
    name: 'teams.create',
    summary: 'Makes a team of agents, in the order given; the first one leads unless `lead` names another.',
    route: { method: 'POST', path: '/teams', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      name,
      description: description.default(''),
      topology: z.enum(TOPOLOGIES).default('star'),
      /** Ids or names of agents. */
      members: z.array(agentName).max(MEMBERS_AT_ONCE).default([]),
      lead: agentName.optional(),
      /** Of a hierarchy: most workers below one lead. */
      fanOut: fanOut.default(FAN_OUT),
    }),
    output: teamSchema,
    example: { name: 'Editors', topology: 'adaptive', members: ['Writer', 'Verifier'] },
    run: ({ store, events }: Needs, caller, input) =>
      store.write(caller.tenantId, async (tx) => {
        const agents = await findAgents(tx, input.members);
        const [leading] = input.lead === undefined ? [] : await findAgents(tx, [input.lead]);
        const all = [...new Set([...agents.map((one) => one.id), ...(leading ? [leading.id] : [])])];
        const choice = chooseShape(input.topology, all.length);
        const id = newId();
        const isAdded = await insertTeam(tx, {
          id,
          name: input.name,
          description: input.description,
          topology: input.topology,
          fan_out: input.fanOut,
          lead_id: leading?.id ?? null,
          shape: choice.shape,
          shape_because: choice.because,
          shape_extra: choice.extra,
          measured: await measureFromNow(tx),
        });
        if (!isAdded) throw new CadreError('team/exists', { name: input.name });
        await insertMembers(tx, id, all);
        const team = await show(tx, id);
        await tell(tx, events, 'team.created', team, caller, {
          topology: team.topology,
          shape: team.shape,
          members: all.length,
        });
        await keepAnswer(tx, caller, 201, team);
        return team;
      }),
  }),
  operation({
    name: 'teams.list',
    summary: 'Teams with their members, who leads and the shape they have, newest first.',
    route: { method: 'GET', path: '/teams' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      ...pagesUpTo(200),
    }),
    output: pageOf(teamSchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, input) =>
      readPage(store, caller, input, selectTeams, async (tx, rows) =>
        (await rostersOf(tx, rows)).map(toTeam),
      ),
  }),
  operation({
    name: 'teams.get',
    summary: 'One team: members, who leads in which term, its shape and why, and what it can do.',
    route: { method: 'GET', path: '/teams/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: teamSchema,
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) => store.read(caller.tenantId, (tx) => show(tx, id)),
  }),
  operation({
    name: 'teams.change',
    summary: 'Changes the name, description, topology, fan-out or named lead of a team.',
    route: { method: 'PATCH', path: '/teams/{id}' },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({
      name: name.optional(),
      description: description.optional(),
      topology: z.enum(TOPOLOGIES).optional(),
      lead: agentName.optional(),
      fanOut: fanOut.optional(),
    }),
    output: teamSchema,
    example: { id: someId, topology: 'mesh' },
    run: ({ store, events }: Needs, caller, { id, topology, lead: leading, ...input }) =>
      store.write(caller.tenantId, async (tx) => {
        const held = await hold(tx, id);
        const roster = await rosterOf(tx, id);
        if (input.name !== undefined && input.name !== held.name && (await selectTeamByName(tx, input.name)))
          throw new CadreError('team/exists', { name: input.name });
        const lead_id = leading === undefined ? undefined : memberOf(roster, leading).agent_id;
        await updateTeam(tx, id, {
          ...given({ name: input.name, description: input.description, fan_out: input.fanOut }),
          ...given({ lead_id, topology }),
          ...(topology === 'adaptive' &&
            held.topology !== 'adaptive' && { measured: await measureFromNow(tx) }),
        });
        if (topology !== undefined && topology !== held.topology) {
          const { team, members } = await rosterOf(tx, id);
          await setShape(tx, { events }, team, chooseShape(topology, members.length), members.length);
        }
        const team = await show(tx, id);
        const said = given({ ...input, topology, lead: leading });
        await tell(tx, events, 'team.changed', team, caller, { changes: Object.keys(said) });
        return team;
      }),
  }),
  operation({
    name: 'teams.remove',
    summary: 'Removes a team; its agents, its messages and its votes stay.',
    route: { method: 'DELETE', path: '/teams/{id}' },
    permission: 'admin',
    effect: 'destroy',
    input: byId,
    output: teamSchema,
    example: { id: someId },
    run: ({ store, events }: Needs, caller, { id }) =>
      store.write(caller.tenantId, async (tx) => {
        await hold(tx, id);
        const team = await show(tx, id);
        await deleteTeam(tx, id);
        await tell(tx, events, 'team.removed', team, caller);
        return team;
      }),
  }),
  operation({
    name: 'teams.join',
    summary: 'Adds an agent at the end of a team; an adaptive team may take another shape.',
    route: { method: 'POST', path: '/teams/{id}/members', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({ agentId: agentName }),
    output: teamSchema,
    example: { id: someId, agentId: someId },
    run: ({ store, events }: Needs, caller, { id, agentId }) =>
      store.write(caller.tenantId, async (tx) => {
        await hold(tx, id);
        const agents = await findAgents(tx, [agentId]);
        const added = await insertMembers(
          tx,
          id,
          agents.map((one) => one.id),
        );
        if (added.length > 0) await reshapeByCount(tx, { events }, id);
        const team = await show(tx, id);
        for (const one of agents.filter((agent) => added.includes(agent.id)))
          await tell(tx, events, 'team.joined', team, caller, { agent: one.name }, one.id);
        await keepAnswer(tx, caller, 201, team);
        return team;
      }),
  }),
  operation({
    name: 'teams.leave',
    summary: 'Takes an agent out of a team; what is in its mailbox stays there.',
    route: { method: 'DELETE', path: '/teams/{id}/members/{agentId}' },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({ agentId: agentName }),
    output: teamSchema,
    example: { id: someId, agentId: someId },
    run: ({ store, events }: Needs, caller, { id, agentId }) =>
      store.write(caller.tenantId, async (tx) => {
        await hold(tx, id);
        const roster = await rosterOf(tx, id);
        const member = memberOf(roster, agentId);
        await resign(tx, { events }, roster, member.agent_id);
        await deleteMember(tx, id, member.agent_id);
        if (roster.team.lead_id === member.agent_id) await updateTeam(tx, id, { lead_id: null });
        await reshapeByCount(tx, { events }, id);
        const team = await show(tx, id);
        await tell(tx, events, 'team.left', team, caller, { agent: member.name }, member.agent_id);
        return team;
      }),
  }),
  operation({
    name: 'teams.review',
    summary: 'Judges an adaptive team now by what the event log says of its cost; it happens by itself too.',
    route: { method: 'POST', path: '/teams/{id}/review' },
    permission: 'operator',
    effect: 'write',
    input: byId,
    output: z.object({
      team: teamSchema,
      /** Null for a team that is not adaptive. */
      measured: z
        .object({
          tasks: z.number().int(),
          messages: z.number().int(),
          taskMs: z.number(),
          messageMs: z.number(),
          atOnce: z.number(),
        })
        .nullable(),
    }),
    example: { id: someId },
    run: async (needs: Needs, caller, { id }) => {
      const measured = await reviewTeam(needs, caller.tenantId, id);
      return {
        team: await needs.store.read(caller.tenantId, (tx) => show(tx, id)),
        measured: measured ?? null,
      };
    },
  }),
  operation({
    name: 'teams.say',
    summary:
      'Says something to members of a team, all by default; it goes from hop to hop along the team’s graph.',
    route: { method: 'POST', path: '/teams/{id}/messages', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: publishSchema
      .omit({ topic: true, maxRetries: true })
      .extend({ id: z.string(), to: z.array(agentName).max(MEMBERS_AT_ONCE).optional() }),
    output: z.object({
      sayingId: z.string(),
      shape: z.enum(SHAPES),
      /** The first hops; what goes on from there has the same correlationId, which is the sayingId. */
      messages: z.array(z.object({ messageId: z.string(), to: z.string() })),
    }),
    example: { id: someId, type: 'status_update', payload: { message: 'The draft is ready.' } },
    run: ({ store, mail }: Needs, caller, { id, priority, expiresAt, ...input }) =>
      store.write(caller.tenantId, async (tx) => {
        const roster = await rosterOf(tx, id);
        const { sayingId, messages } = await say(tx, { mail }, roster, {
          ...input,
          person: senderOf(caller, undefined).id,
          priority: priority === undefined ? NORMAL : priorityNumber(priority),
          expiresAt: (expiresAt === undefined ? undefined : fromRfc3339(expiresAt)) ?? null,
        });
        const answer = {
          sayingId,
          shape: teamSchema.shape.shape.parse(roster.team.shape),
          messages: messages.map((row) => ({ messageId: row.id, to: row.recipient_id })),
        };
        await keepAnswer(tx, caller, 201, answer);
        return answer;
      }),
  }),
  operation({
    name: 'teams.lead',
    summary: 'Takes the lead of a team for a member when nobody holds it; with `term`, renews the lease.',
    route: { method: 'POST', path: '/teams/{id}/lead' },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({
      agentId: agentName,
      /** The term that is renewed; absent: a new one begins. */
      term: z.coerce.number().int().min(1).optional(),
      leaseMs: z.coerce.number().int().min(100).max(3_600_000).default(LEAD_LEASE_MS),
    }),
    output: z.object({ agentId: z.string(), term: z.number().int(), until: z.string() }),
    example: { id: someId, agentId: someId },
    run: ({ store, events }: Needs, caller, { id, agentId, ...claim }) =>
      store.write(caller.tenantId, async (tx) => {
        const roster = await rosterOf(tx, id);
        const held = await lead(tx, { events }, roster, { agent: agentId, ...claim });
        const answer = { agentId: held.agent_id, term: held.term, until: toRfc3339(held.until) };
        await keepAnswer(tx, caller, 200, answer);
        return answer;
      }),
  }),
  operation({
    name: 'teams.resign',
    summary: 'Ends the lease of the member that leads a team, so that another may take it at once.',
    route: { method: 'POST', path: '/teams/{id}/resign' },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({ agentId: agentName, term: z.coerce.number().int().min(1).optional() }),
    output: z.object({ resigned: z.boolean() }),
    example: { id: someId, agentId: someId },
    run: ({ store, events }: Needs, caller, { id, agentId, term }) =>
      store.write(caller.tenantId, async (tx) => {
        const roster = await rosterOf(tx, id);
        const member = memberOf(roster, agentId);
        return { resigned: await resign(tx, { events }, roster, member.agent_id, term) };
      }),
  }),
];

const NORMAL = 50;

async function show(tx: TenantTx, id: string): Promise<Team> {
  return toTeam(await rosterOf(tx, id));
}

/** @throws CadreError `team/not-found` */
async function hold(tx: TenantTx, id: string) {
  const team = await holdTeam(tx, id);
  if (!team) throw new CadreError('team/not-found', { id });
  return team;
}

function tell(
  tx: TenantTx,
  events: EventLog,
  type: EventType & `team.${string}`,
  team: Team,
  caller: Caller,
  data: Record<string, unknown> = {},
  agentId: string | null = null,
): Promise<void> {
  return events.append(tx, [
    {
      tenantId: tx.tenantId,
      type,
      agentId,
      data: { teamId: team.id, team: team.name, by: caller.actor.name, ...data },
    },
  ]);
}
