/** The parts of a workflow's page, in the order of its tabs. */
export const WORKFLOW_TABS = ['graph', 'text', 'versions', 'flight'] as const;
export type WorkflowTab = (typeof WORKFLOW_TABS)[number];

/** What the address of a workflow's page says beside its name: which part, and which version. */
export interface WorkflowSearch {
  tab?: WorkflowTab;
  version?: number;
}
