/** The parts of a workflow's page, in the order of its tabs. */
export const WORKFLOW_TABS = ['graph', 'text', 'versions', 'compare', 'flight'] as const;
export type WorkflowTab = (typeof WORKFLOW_TABS)[number];

/** What the address of a workflow's page says beside its name: which part, and which version. */
export interface WorkflowSearch {
  tab?: WorkflowTab;
  version?: number;
  /** The two versions that are compared. */
  from?: number;
  to?: number;
}

/** Reads the address; what makes no sense in it is left out. */
export function readWorkflowSearch(search: Record<string, unknown>): WorkflowSearch {
  const tab = WORKFLOW_TABS.find((each) => each === search.tab);
  const [version, from, to] = [search.version, search.from, search.to].map(versionIn);
  return {
    ...(tab && { tab }),
    ...(version !== undefined && { version }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** A version of a workflow in an address. */
export const versionIn = (value: unknown): number | undefined =>
  Number.isInteger(value) && Number(value) > 0 ? Number(value) : undefined;
