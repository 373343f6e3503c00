import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { type Answer, GroupCommit, type Request } from './group-commit.ts';
import { openConnection } from './sqlite-connection.ts';

/** The thread that owns the writing connection. Requests arrive in batches; answers leave in batches. */
const port = parentPort;
if (!port) throw new Error('sqlite-worker.ts runs as a worker thread only');

const { file, clockOffsetMs }: { file: string; clockOffsetMs: number } = workerData;
const db = openConnection(DatabaseSync, file, clockOffsetMs, false);
let answers: Answer[] = [];
const writer = new GroupCommit(db, (answer) => {
  if (answers.length === 0) queueMicrotask(send);
  answers.push(answer);
});

function send(): void {
  const batch = answers;
  answers = [];
  port?.postMessage(batch);
}

port.on('message', (message: Request[] | 'close') => {
  if (message === 'close') {
    db.close();
    port.postMessage('closed');
    port.close();
    return;
  }
  for (const request of message) writer.handle(request);
});
port.postMessage('ready');
