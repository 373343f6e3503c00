import type { Operations } from '../../api/types.ts';

/** What is typed for a price, in US dollars for a million tokens. */
export interface PriceForm {
  from: string;
  input: string;
  output: string;
  cachedInput: string;
  cacheWrite: string;
}

export const EMPTY_PRICE: PriceForm = { from: '', input: '', output: '', cachedInput: '', cacheWrite: '' };

export type PriceProblems = Partial<Record<keyof PriceForm, string>>;

/** An amount as people type it: with a comma or a dollar sign, too. */
function readUsd(text: string): number {
  const plain = text.trim().replace(/^\$/, '').replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
}

const isUsd = (value: number): boolean => Number.isFinite(value) && value >= 0 && value <= 100_000;

/** The price that a form describes, or what is wrong with each field. */
export function readPriceForm(
  form: PriceForm,
  id: string,
): { price: Operations['models.price']['input'] } | { problems: PriceProblems } {
  const amount = (field: Exclude<keyof PriceForm, 'from'>, isNeeded: boolean): PriceProblems => {
    if (form[field].trim() === '' && !isNeeded) return {};
    return isUsd(readUsd(form[field])) ? {} : { [field]: 'A number from 0 to 100,000, such as 2.50.' };
  };
  const from = form.from.trim();
  const problems: PriceProblems = {
    ...(from !== '' && !isDay(from) && { from: 'A day such as 2026-01-31, or nothing for today.' }),
    ...amount('input', true),
    ...amount('output', true),
    ...amount('cachedInput', false),
    ...amount('cacheWrite', false),
  };
  if (Object.keys(problems).length > 0) return { problems };
  return {
    price: {
      id,
      ...(from !== '' && { from }),
      inputUsdPerMillion: readUsd(form.input),
      outputUsdPerMillion: readUsd(form.output),
      ...(form.cachedInput.trim() !== '' && { cachedInputUsdPerMillion: readUsd(form.cachedInput) }),
      ...(form.cacheWrite.trim() !== '' && { cacheWriteUsdPerMillion: readUsd(form.cacheWrite) }),
    },
  };
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) && text.length === 10;
}
