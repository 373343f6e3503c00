/**
 * DBOS on PostgreSQL: every agent is a workflow that waits in `DBOS.recv` and carries out each message as a step;
 * `DBOS.send` is what the sender calls.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import type { OpenMailbox } from './peer.ts';

const RECEIVE_SECONDS = 600;

export const open: OpenMailbox = (context) => {
  const pool = new pg.Pool({ connectionString: context.postgresUrl, max: 1 });
  pool.on('error', () => {}); // The database is dropped right after the end.
  const mailbox = DBOS.registerWorkflow(
    async (agent: number) => {
      for (;;) {
        const message = await DBOS.recv<number>('mail', RECEIVE_SECONDS);
        if (message === null || message < 0) return;
        await DBOS.runStep(async () => context.handle(agent, message), { name: 'handle' });
      }
    },
    { name: 'mailbox' },
  );
  const idOf = (agent: number) => `agent-${agent}`;
  return {
    name: 'DBOS 5.3 send/recv on PostgreSQL',
    durability: 'fsync of every commit (PostgreSQL, fsync and synchronous_commit on)',
    async start() {
      DBOS.setConfig({
        name: 'bench',
        logLevel: 'error',
        systemDatabaseUrl: context.postgresUrl,
        systemDatabasePoolSize: 20,
        useListenNotify: true,
      });
      await DBOS.launch();
      for (let agent = 0; agent < context.agents; agent += 1)
        await DBOS.startWorkflow(mailbox, { workflowID: idOf(agent) })(agent);
    },
    async send(_from, to, message) {
      await DBOS.send(idOf(to), message, 'mail');
    },
    async count() {
      const { rows } = await pool.query(
        "select count(*) as count from dbos.operation_outputs where function_name = 'handle'",
      );
      return Number(rows[0].count);
    },
    async stop() {
      for (let agent = 0; agent < context.agents; agent += 1) await DBOS.send(idOf(agent), -1, 'mail');
      await DBOS.shutdown();
      await pool.end();
    },
  };
};
