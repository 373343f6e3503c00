import type { Operations } from './types.ts';

/** The server's own types, by the words of the house. */
export type Task = Operations['tasks.get']['output'];
export type TaskSummary = Operations['tasks.list']['output']['items'][number];
export type TaskStatus = TaskSummary['status'];
export type Agent = Operations['agents.list']['output']['items'][number];
export type StoredFile = Operations['files.get']['output'];
export type DocumentText = Operations['files.text']['output'];
export type Message = Operations['messages.list']['output']['items'][number];
export type MessageType = Message['type'];
export type MessageStatus = Message['status'];
export type MessageWithReplies = Operations['messages.get']['output'];
export type Topic = Operations['topics.list']['output']['items'][number];
export type TopicOutcome = Operations['topics.publish']['output']['outcomes'][number];
export type Team = Operations['teams.get']['output'];
export type Topology = Team['topology'];
export type Shape = Team['shape'];
export type Vote = Operations['votes.get']['output'];
export type Ballot = Vote['ballots'][number];
export type WorkflowSummary = Operations['workflows.list']['output']['items'][number];
export type WorkflowDetail = Operations['workflows.get']['output'];
export type WorkflowVersion = WorkflowDetail['versions'][number];
export type WorkflowDiff = Operations['workflows.diff']['output'];
export type WorkflowProblem = Operations['workflows.check']['output']['problems'][number];
export type Approval = Operations['approvals.get']['output'];
export type ApprovalStatus = Approval['status'];
export type Provider = Operations['providers.get']['output'];
export type ProviderKind = Provider['kind'];
export type LookedAt = Operations['providers.check']['output'];
export type Model = Operations['models.list']['output']['items'][number];
export type ModelWithPrices = Operations['models.get']['output'];
export type Budget = Operations['budgets.get']['output'];
export type PlanNode = Task['nodes'][number];
export type CadreEvent = Operations['events.list']['output']['items'][number];

export const FINAL: readonly TaskStatus[] = ['completed', 'failed', 'terminated'];
export const isFinal = (status: TaskStatus): boolean => FINAL.includes(status);

/** A plan as the chief made it (`task.plan`). */
export interface Plan {
  rule: string;
  because: string;
  oneOperatorEnough?: { enough: boolean; because: string };
  steps: PlanStep[];
  resultStep?: string;
  verifyStep?: string;
  /** The version of a workflow that the task follows; its steps stand there. */
  workflow?: { workflowId: string; name: string; version: number };
}

export interface PlanStep {
  name: string;
  goal: string;
  doneWhen: string;
  type: string;
  capability: string;
  input: Record<string, unknown>;
  files: string[];
  dependsOn: string[];
  optional: boolean;
}

/** Who does a step and why (`task.assignment`). */
export interface Assignment {
  agentId: string;
  agentName: string;
  capability: string;
  score: number;
  because: string;
  considered: Array<{
    agentId: string;
    name: string;
    score: number;
    terms: { success: number; speed: number; load: number };
  }>;
  excluded: Array<{ name: string; because: string }>;
}

/** A place in a document, with the source's own words. Offsets count UTF-16 units of its text. */
export interface Citation {
  fileId: string;
  quote: string;
  start: number;
  end: number;
  page?: number;
}

export interface CitedSentence {
  sentence: string;
  citations: Citation[];
}

/** A brief, as `result.output` of a task (DESIGN section 6). */
export interface Brief {
  kind: 'brief';
  title: string;
  documents: Array<{
    fileId: string;
    name: string;
    type: string;
    language: string;
    class: string;
    confidence: number;
    about?: CitedSentence;
  }>;
  entities: Array<{
    kind: string;
    name: string;
    mentions: Array<{ fileId: string; start: number; end: number; page?: number }>;
    about?: CitedSentence;
  }>;
  keyPoints: CitedSentence[];
  timeline: Array<CitedSentence & { date: string }>;
  amounts: Array<{ text: string; number: number; unit: string; what: string; citations: Citation[] }>;
  contradictions: Array<CitedSentence & { subject: string }>;
  gaps: string[];
  notUnderstood: string[];
  howMade: string;
}
