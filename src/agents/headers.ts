import { CadreError } from '../platform/kernel/errors.ts';
import { selectHeaderSpecs, updateAgent } from '../platform/store/agents.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import type { Secrets } from '../tenants/secret-vault.ts';
import { type AgentSpec, agentSpecSchema } from './agent.ts';

/**
 * Header values of an agent behind HTTP are secrets: the spec keeps the name of each and where its value lies sealed.
 * Only the call itself opens them.
 */
const SEALED = /^sealed:([0-9a-f-]{36}):([0-9a-f-]{36})$/;
/** How a value is shown; sent back, it means the value that is there. */
const HIDDEN = '***';

/**
 * The spec with its header values sealed. Every value that a person gives is sealed, also one that looks sealed, so
 * that nobody can name a secret that is not theirs. `before`: what an update takes the place of.
 */
export async function sealHeaders(
  tx: TenantTx,
  secrets: Secrets,
  spec: AgentSpec,
  before?: AgentSpec,
): Promise<AgentSpec> {
  const old = headersOf(before);
  const given = headersOf(spec);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const kept = value === HIDDEN ? old[name] : undefined;
    headers[name] = kept ?? `sealed:${tx.tenantId}:${await secrets.keep(tx, value)}`;
  }
  for (const [name, value] of Object.entries(old)) {
    const [, , id] = SEALED.exec(value) ?? [];
    if (id !== undefined && headers[name] !== value) await secrets.drop(tx, id);
  }
  if (spec.executor.kind !== 'http' || spec.executor.headers === undefined) return spec;
  return { ...spec, executor: { ...spec.executor, headers } };
}

function headersOf(spec: AgentSpec | undefined): Record<string, string> {
  return (spec?.executor.kind === 'http' ? spec.executor.headers : undefined) ?? {};
}

/** The headers as they are sent. @throws CadreError `secret/…` */
export async function openHeaders(
  { store, secrets }: { store: Store; secrets: Secrets },
  headers: Readonly<Record<string, string>> | undefined,
): Promise<Record<string, string> | undefined> {
  if (headers === undefined) return undefined;
  const open: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const [, tenantId, id] = SEALED.exec(value) ?? [];
    if (tenantId === undefined || id === undefined) open[name] = value;
    else {
      const found = await store.read(tenantId, (tx) => secrets.open(tx, [id]));
      const text = found.get(id);
      if (text === undefined) throw new CadreError('secret/damaged', { what: `the header ${name}` });
      open[name] = text;
    }
  }
  return open;
}

/** Header values from before secrets were sealed move out of their specs. */
export async function sealOldHeaders({ store, secrets }: { store: Store; secrets: Secrets }): Promise<void> {
  const isOpen = (spec: AgentSpec) => Object.values(headersOf(spec)).some((value) => !SEALED.test(value));
  for (const { id, tenant_id } of await store.readAll(selectHeaderSpecs)) {
    await store.write(tenant_id, async (tx) => {
      const [row] = await selectHeaderSpecs(tx, id); // as it is now
      if (!row) return;
      const spec = agentSpecSchema.parse(JSON.parse(row.spec));
      if (isOpen(spec))
        await updateAgent(tx, id, { spec: JSON.stringify(await sealHeaders(tx, secrets, spec)) });
    });
  }
}
