import { useNavigate } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { call, Problem } from '../../api/client.ts';
import { type CapProblems, capProblemsIn, readCap } from './cap.ts';
import type { Draft } from './draft.ts';

/** Sends the draft: waits for its files, keeps everything when something fails, goes to the task when it is made. */
export function useSending(draft: Draft, box: { current: HTMLTextAreaElement | null }) {
  const navigate = useNavigate();
  const [sending, setSending] = useState<string>();
  const [problem, setProblem] = useState<unknown>();
  const [isEmpty, setEmpty] = useState(false);
  const [capProblems, setCapProblems] = useState<CapProblems>({});
  const [askWithout, setAskWithout] = useState(0);
  const isUnderWay = useRef(false);

  const work = async () => {
    const { uploads } = draft;
    setSending('Sending the files …');
    await uploads.settled();
    const stopped = uploads.get().find(({ state }) => state === 'stopped');
    if (stopped) throw stoppedFile(stopped.because, stopped.hint);
    const refused = uploads.get().filter(({ state }) => state === 'refused').length;
    setAskWithout(refused);
    if (refused > 0) return;
    setSending('Giving it to the team …');
    const { key, ...attempt } = draft.attempt();
    const { id } = await call('tasks.submit', attempt, { idempotencyKey: key });
    draft.clear();
    await navigate({ to: '/tasks/$taskId', params: { taskId: id } });
  };
  const send = async ({ withoutRefused = false } = {}) => {
    if (isUnderWay.current) return;
    setProblem(undefined);
    setEmpty(false);
    const cap = readCap(draft.getCap());
    setCapProblems('problems' in cap ? cap.problems : {});
    if ('problems' in cap) return;
    if (withoutRefused) draft.uploads.dropRefused();
    if (draft.getGoal().trim() === '') {
      setEmpty(true);
      box.current?.focus();
      return;
    }
    isUnderWay.current = true;
    try {
      await work();
    } catch (error) {
      setCapProblems(capProblemsIn(error));
      setProblem(error);
    } finally {
      isUnderWay.current = false;
      setSending(undefined);
    }
  };
  /** That the server did not answer is no news any more. */
  const forgetAbsence = useCallback(
    () =>
      setProblem((now: unknown) => (now instanceof Problem && now.details.status === 0 ? undefined : now)),
    [],
  );
  return { send, sending, problem, capProblems, isEmpty, askWithout, forgetAbsence };
}

/** Files are still here because the server was away: the goal cannot go before them. */
const stoppedFile = (because = '', hint = '') =>
  new Problem({
    code: 'client/files-not-sent',
    title: 'The files are not sent yet',
    detail: because,
    hint: `${hint} Then give the goal to the team again.`,
    status: 0,
    traceId: '',
    values: {},
  });
