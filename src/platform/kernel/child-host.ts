import { toErrorRecord } from './errors.ts';

/** The entry of a child process: loads the named module once, calls the named export, answers by message. */
interface Request {
  id: number;
  module: string;
  name: string;
  args: unknown;
}

process.on('message', async (request: Request) => {
  try {
    const module: Record<string, unknown> = await import(request.module);
    const call = module[request.name];
    if (typeof call !== 'function') throw new Error(`${request.module} has no function ${request.name}`);
    process.send?.({ id: request.id, result: await call(request.args) });
  } catch (thrown) {
    process.send?.({ id: request.id, error: toErrorRecord(thrown) });
  }
});
process.on('disconnect', () => process.exit(0));
