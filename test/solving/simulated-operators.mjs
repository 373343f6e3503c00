// A plug-in with simulated operators: each answers by its skill, nothing more. See world.ts.
import { taskOf, WORLDS } from './world.ts';

const output = async () => ({ output: null });

const answer = async ({ message, agent }) => {
  const { world, seed, number } = message.payload.data.input;
  const found = Object.values(WORLDS).find((one) => one.name === world);
  const operator = found?.operators.find(({ name }) => agent.name === `${world} ${name}`);
  const data = {
    answer: taskOf(found, seed, number).answers[operator.name],
    costUsd: operator.costUsd,
    evidence: 'A simulated operator said so.',
  };
  return { reply: { payload: { requestType: 'solve', data } } };
};

export const functions = { 'simulated.operator': output };
export const receivers = { 'simulated.operator': answer };
