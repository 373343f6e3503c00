import { skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Task } from '../../../api/models.ts';
import { workflowVersionQuery } from '../../../api/workflow-queries.ts';
import { type Flow, flowOf } from '../../../parts/workflow/flow.ts';
import { planOf } from '../steps.ts';

/** The version of the workflow that a task follows, as it is carried out. Nothing is asked for plans of chiefs. */
export function useFlow(task: Task): { flow: Flow | undefined; error: unknown; again(): void } {
  const pin = planOf(task)?.workflow;
  const options = workflowVersionQuery(pin?.workflowId ?? '', pin?.version ?? 0);
  const { data, error, refetch } = useQuery(pin ? options : { ...options, queryFn: skipToken });
  const flow = useMemo(() => flowOf(data?.definition), [data]);
  return { flow, error, again: () => void refetch() };
}
