import { useCallback, useEffect, useRef, useState } from 'react';
import { call, callStream, Problem } from '../../api/client.ts';
import { newKey } from '../../api/once.ts';
import { useLiveState } from '../../live/live.tsx';
import { type Heard, hear, type Line, linesOf, NOTHING_HEARD } from './heard.ts';
import { partsIn } from './parts.ts';

/**
 * `opening`: what was said is being read. `sending`: a message is on its way. `answering`: the answer comes. `lost`: the
 * server went away while it answered; the work goes on there.
 */
export type Phase = 'opening' | 'ready' | 'sending' | 'answering' | 'lost';

/** What is shown: a line that was read, or an answer that was heard here, with what the agent did. */
export interface Shown extends Line {
  heard?: Heard;
}

export interface Talk {
  phase: Phase;
  lines: readonly Shown[];
  /** The answer under way. */
  heard: Heard | undefined;
  problem: unknown;
  text: string;
  setText(text: string): void;
  say(): void;
  /** Reads again what was said and goes on hearing. */
  open(): void;
}

interface Place {
  agentId: string;
  chatId: string;
  /** Nothing can have been said in it yet. */
  isNew: boolean;
  onSaid(): void;
}

/** A chat with an agent: says, hears as it comes, and hears on after a reload or a lost connection. */
export function useTalk({ agentId, chatId, isNew, onSaid }: Place): Talk {
  const [phase, setPhase] = useState<Phase>(isNew ? 'ready' : 'opening');
  const [lines, setLines] = useState<readonly Shown[]>([]);
  const [heard, setHeard] = useState<Heard>();
  const [problem, setProblem] = useState<unknown>();
  const [text, setText] = useState('');
  const reading = useRef<AbortController>(undefined);
  /** A message of which nobody knows whether it arrived. */
  const unsure = useRef<string>(undefined);
  /** The same words said again, after nobody knew whether they arrived, are one message. */
  const once = useRef({ said: '', key: '' });
  const place = useRef({ agent: agentId, id: chatId });

  const begin = useCallback((): AbortSignal => {
    reading.current?.abort();
    reading.current = new AbortController();
    return reading.current.signal;
  }, []);

  /** True when the answer came to its end. */
  const listen = useCallback(async (stream: ReadableStream<Uint8Array>, signal: AbortSignal) => {
    let now = NOTHING_HEARD;
    let drawing: number | undefined;
    setHeard(now);
    setPhase('answering');
    try {
      for await (const part of partsIn(stream)) {
        if (signal.aborted) return true;
        now = hear(now, part);
        // One drawing for all that comes before the next frame.
        drawing ??= requestAnimationFrame(() => {
          drawing = undefined;
          if (!signal.aborted) setHeard(now);
        });
      }
    } catch {
      // The connection broke: what is missing is heard again.
    } finally {
      if (drawing !== undefined) cancelAnimationFrame(drawing);
    }
    if (signal.aborted) return true;
    if (!now.isDone) {
      setHeard(now);
      return false;
    }
    setLines((before) => [...before, lineOf(now)]);
    setHeard(undefined);
    setPhase('ready');
    return true;
  }, []);

  const read = useCallback(async (signal: AbortSignal) => {
    const found = linesOf((await call('agents.showChat', place.current, { signal })).messages);
    if (unsure.current !== undefined && unsure.current === found.lastSaid) {
      setText('');
      once.current = { said: '', key: '' }; // it arrived: the same words would be another message
    }
    unsure.current = undefined;
    setLines(found.lines);
    return found.lines;
  }, []);

  /** Reads what was said, and hears the answer under way from its beginning. */
  const resume = useCallback(
    async (signal: AbortSignal): Promise<boolean> => {
      const known = await read(signal);
      const stream = await callStream('agents.resumeChat', place.current, { signal });
      if (stream) return listen(stream, signal);
      // It may have ended between the two questions.
      if (known.at(-1)?.by === 'person') await read(signal);
      setHeard(undefined);
      setPhase('ready');
      return true;
    },
    [read, listen],
  );

  const open = useCallback(() => {
    const signal = begin();
    setPhase('opening');
    resume(signal)
      .then((isWhole) => !isWhole && setPhase('lost'))
      .catch((error: unknown) => {
        if (signal.aborted) return;
        const isUnknown = error instanceof Problem && error.code === 'chat/not-found';
        unsure.current = isUnknown ? undefined : unsure.current;
        setHeard(undefined);
        setPhase(isAway(error) ? 'lost' : 'ready');
        if (!isUnknown && !isAway(error)) setProblem(error);
      });
  }, [begin, resume]);

  const say = useCallback(() => {
    const said = text.trim();
    if (said === '' || phase !== 'ready') return;
    const signal = begin();
    const line: Shown = { key: newKey(), by: 'person', text: said, task: '', isGood: true };
    setProblem(undefined);
    setPhase('sending');
    if (once.current.said !== said) once.current = { said, key: newKey() };
    const idempotencyKey = once.current.key;
    callStream('agents.chat', { ...place.current, text: said }, { signal, idempotencyKey })
      .then(async (stream) => {
        once.current = { said: '', key: '' };
        onSaid();
        setText('');
        setLines((before) => [...before, line]);
        const isWhole = stream !== null && (await listen(stream, signal));
        // The stream ended before the answer did: hear it once more from its beginning, by itself.
        if (!isWhole) open();
      })
      .catch((error: unknown) => {
        if (signal.aborted) return;
        if (isAway(error)) {
          unsure.current = said;
          onSaid();
          setPhase('lost');
          return;
        }
        setProblem(error);
        // Another answer is under way here: it is heard meanwhile.
        if (error instanceof Problem && error.code === 'chat/busy') open();
        else setPhase('ready');
      });
  }, [text, phase, begin, listen, open, onSaid]);

  // Asked once: saying the first words does not open the chat again.
  const wasNew = useRef(isNew);
  useEffect(() => {
    if (!wasNew.current) open();
    return () => reading.current?.abort();
  }, [open]);

  const { kind: connection } = useLiveState();
  const latest = useRef(phase);
  latest.current = phase;
  useEffect(() => {
    if (connection === 'live' && latest.current === 'lost') open();
  }, [connection, open]);

  return { phase, lines, heard, problem, text, setText, say, open };
}

const isAway = (error: unknown): boolean => error instanceof Problem && error.details.status === 0;

/** An answer that came to its end here. */
function lineOf(heard: Heard): Shown {
  const text = heard.texts.map((each) => each.text).join('\n\n');
  return {
    key: heard.task,
    by: 'agent',
    text: heard.error ?? text,
    task: heard.task,
    isGood: heard.error === null,
    heard,
  };
}
