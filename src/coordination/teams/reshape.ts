import { type EventLog, formatCursor } from '../../platform/events/events.ts';
import { selectLastPlace } from '../../platform/store/events.ts';
import type { TeamRow } from '../../platform/store/schema.ts';
import {
  holdTeam,
  saveMeasured,
  selectAdaptiveTeams,
  selectTeam,
  updateTeam,
} from '../../platform/store/teams.ts';
import type { Store, TenantTx } from '../../platform/store/transaction.ts';
import { adapt, type Choice, isAdaptiveShape, type Measured, MIN_TASKS } from './adapt.ts';
import { beginAt, countAnew, readMeasuring, readOn, toMeasured } from './measure.ts';
import { rosterOf } from './roster.ts';
import type { Shape, Topology } from './topology.ts';

export interface ReshapeNeeds {
  store: Store;
  events: EventLog;
}

/** The shape of a team when it is made or when people set its topology. */
export function chooseShape(topology: Topology, count: number): Choice {
  if (topology === 'adaptive') return adapt(count, undefined, undefined);
  return { shape: topology, because: 'set by a person', extra: 0 };
}

/** The place in the log where measuring begins. */
export async function measureFromNow(tx: TenantTx): Promise<string> {
  return JSON.stringify(beginAt(formatCursor(await selectLastPlace(tx))));
}

/** Gives a held team another shape, where it differs, and says why in the log. Only what is said from now on follows it. */
export async function setShape(
  tx: TenantTx,
  { events }: Pick<ReshapeNeeds, 'events'>,
  team: TeamRow,
  choice: Choice,
  count: number,
  measured?: Measured,
): Promise<boolean> {
  const isNew = choice.shape !== team.shape;
  if (!isNew && choice.extra === team.shape_extra) return false;
  const measuring = JSON.stringify(countAnew(readMeasuring(team.measured)));
  await updateTeam(
    tx,
    team.id,
    { shape: choice.shape, shape_because: choice.because, shape_extra: choice.extra, measured: measuring },
    isNew,
  );
  if (isNew)
    await events.append(tx, [
      {
        tenantId: tx.tenantId,
        type: 'team.topology-changed',
        data: {
          teamId: team.id,
          name: team.name,
          from: team.shape,
          to: choice.shape,
          because: choice.because,
          members: count,
          ...(measured && { measured }),
        },
      },
    ]);
  return isNew;
}

/** Looks again after members came or went: by count alone, with what cost has added. The team is held. */
export async function reshapeByCount(tx: TenantTx, needs: Pick<ReshapeNeeds, 'events'>, teamId: string) {
  const { team, members } = await rosterOf(tx, teamId);
  if (team.topology !== 'adaptive') return;
  await setShape(tx, needs, team, adapt(members.length, currentOf(team), undefined), members.length);
}

function currentOf(team: TeamRow): { shape: Shape; extra: number } | undefined {
  return isAdaptiveShape(team.shape) ? { shape: team.shape, extra: team.shape_extra } : undefined;
}

/**
 * Judges an adaptive team by what the event log says of it since it was judged last. Of two that look at the same
 * time, one writes. Answers what was measured.
 */
export async function reviewTeam(
  needs: ReshapeNeeds,
  tenantId: string,
  teamId: string,
): Promise<Measured | undefined> {
  const { store } = needs;
  const { team, members } = await store.read(tenantId, (tx) => rosterOf(tx, teamId));
  if (team.topology !== 'adaptive') return undefined;
  const ids = new Set(members.map((member) => member.agent_id));
  const before = readMeasuring(team.measured);
  const { measuring, read } = await readOn(needs, tenantId, before, { id: teamId, members: ids });
  const measured = toMeasured(measuring);
  const isJudged = measured.tasks >= MIN_TASKS;
  const hasNews = JSON.stringify({ ...measuring, cursor: before.cursor }) !== JSON.stringify(before);
  // A log full of what concerns others is passed in large strides, not written down at every look.
  if (!hasNews && read < SKIPPED) return measured;
  await store.write(tenantId, async (tx) => {
    const held = await holdTeam(tx, teamId);
    if (!held || held.measured !== team.measured || held.topology !== 'adaptive') return;
    const counted = { ...held, measured: JSON.stringify(measuring) };
    const choice = adapt(members.length, currentOf(held), measured);
    const isSet = choice.shape !== held.shape || choice.extra !== held.shape_extra;
    if (isSet) await setShape(tx, needs, counted, choice, members.length, measured);
    // What was judged is not judged again: the next judgement rests on tasks of its own.
    else await saveMeasured(tx, teamId, JSON.stringify(isJudged ? countAnew(measuring) : measuring));
  });
  return measured;
}

const SKIPPED = 1_000;
const TEAMS_PER_LOOK = 100;

/** Judges every adaptive team of every tenant: part of the watch. Answers how many there are. */
export async function reviewTeams(needs: ReshapeNeeds): Promise<number> {
  let count = 0;
  let after = '';
  for (;;) {
    const teams = await needs.store.readAll((tx) => selectAdaptiveTeams(tx, after, TEAMS_PER_LOOK));
    for (const { id, tenant_id } of teams) {
      const isThere = await needs.store.read(tenant_id, (tx) => selectTeam(tx, id));
      if (isThere) await reviewTeam(needs, tenant_id, id);
    }
    count += teams.length;
    after = teams.at(-1)?.id ?? after;
    if (teams.length < TEAMS_PER_LOOK) return count;
  }
}
