// A plug-in for tests: one function with a handler of messages, one without.
const output = async () => ({ output: null });

export const functions = { 'mail.echo': output, 'mail.deaf': output };

export const receivers = {
  'mail.echo': async ({ message, idempotencyKey }) => {
    if (message.payload.requestType === 'throw') throw new Error('it always fails');
    return {
      result: { key: idempotencyKey === `message:${message.id}` },
      reply: { payload: { data: message.payload.data } },
    };
  },
};
