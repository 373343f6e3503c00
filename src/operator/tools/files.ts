import { z } from 'zod';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { FileView } from '../loop/context.ts';
import { type PerformNeeds, perform, readForChat } from '../perform.ts';
import type { FoundPassage } from './search-host.ts';
import { type Tool, tool } from './tool.ts';
import type { ToolWork } from './toolbox.ts';

/** Tools that read the files of a task, and no others. */
const HOST = new URL('./search-host.ts', import.meta.url).href;
const SEARCH_TIMEOUT_MS = 60_000;
const WINDOW = 8_000;
const FIRST_PASSAGES = 12;

type Needs = Pick<PerformNeeds, 'children' | 'documents' | 'clock'>;

/** What the files of a task hold, and the passages that fit its goal, for the first turn. */
export async function viewFiles(needs: Needs, work: ToolWork, signal: AbortSignal): Promise<FileView> {
  await readForChat(needs, work.order, signal);
  const { materials, unreadable } = await needs.documents.load(work.order.tenantId, work.order.files);
  const passages =
    materials.length > 0 ? await find(needs, materials, work.order.goal, FIRST_PASSAGES, signal) : [];
  return {
    files: materials.map(({ fileId, document }) => ({
      id: fileId,
      name: document.name,
      characters: document.text.length,
    })),
    unreadable: unreadable.map(({ name, detail }) => ({ name, detail })),
    passages,
  };
}

type Materials = Awaited<ReturnType<PerformNeeds['documents']['load']>>['materials'];

function find(
  { children }: Needs,
  materials: Materials,
  question: string,
  limit: number,
  signal: AbortSignal,
): Promise<FoundPassage[]> {
  const args = { materials, question, limit };
  return children.run({ module: HOST, name: 'findPassages', args, timeoutMs: SEARCH_TIMEOUT_MS, signal });
}

export function fileTools(needs: Needs, work: ToolWork): Tool[] {
  const { tenantId, files } = work.order;
  const load = () => needs.documents.load(tenantId, files);

  async function named(name: string) {
    const { materials, unreadable } = await load();
    const found = materials.find(({ fileId, document }) => fileId === name || document.name === name);
    if (found) return found;
    const broken = unreadable.find((one) => one.fileId === name || one.name === name);
    if (broken) throw new CadreError('file/unreadable', { name: broken.name, detail: broken.detail });
    // Files of others do not exist for this task, whoever asks for them.
    throw new CadreError('file/not-found', { id: name });
  }

  const list = tool({
    name: 'files.list',
    description: 'Lists the files of your task with their size in characters and their tables.',
    effect: 'read',
    input: z.strictObject({}),
    async run() {
      const { materials, unreadable } = await load();
      return {
        files: materials.map(({ fileId, document, analysis }) => ({
          id: fileId,
          name: document.name,
          characters: document.text.length,
          language: analysis.language.code,
          tables: document.tables.map(({ name, columns, rows }) => ({
            name,
            columns: columns.map(({ text }) => text),
            rows: rows.length,
          })),
        })),
        unreadable: unreadable.map(({ name, detail }) => ({ name, detail })),
      };
    },
  });
  const read = tool({
    name: 'files.read',
    description: `Reads a window of the text of one file of your task, at most ${WINDOW} characters from a position.`,
    effect: 'read',
    input: z.strictObject({
      file: z.string().min(1).max(500).describe('Name or id of the file'),
      start: z.number().int().min(0).default(0).describe('Position of the first character'),
    }),
    async run({ file, start }) {
      const { document } = await named(file);
      const end = Math.min(document.text.length, start + WINDOW);
      const text = document.text.slice(start, end);
      return { file: document.name, start, end, characters: document.text.length, text };
    },
  });
  const search = tool({
    name: 'files.search',
    description:
      'Finds the passages of the files of your task that fit a question best, with their positions.',
    effect: 'read',
    input: z.strictObject({
      question: z.string().min(1).max(1_000),
      limit: z.number().int().min(1).max(30).default(8),
    }),
    async run({ question, limit }, { signal }) {
      const { materials } = await load();
      if (materials.length === 0) return { passages: [] };
      return { passages: (await find(needs, materials, question, limit, signal)).map((one) => ({ ...one })) };
    },
  });
  const tables = tool({
    name: 'tables.query',
    description:
      'Computes over the tables in the files of your task: a total, average, least, most, count or list, by the words of a question such as "total amount per vendor".',
    effect: 'read',
    input: z.strictObject({ question: z.string().min(1).max(1_000) }),
    async run({ question }, { signal }) {
      const order = { ...work.order, capability: 'tables.compute', goal: question, input: { question } };
      const { answer, table, gaps } = computedSchema.parse(await perform(needs, order, signal));
      return { answer: answer.sentence, ...(table && { table }), gaps };
    },
  });
  return [list, read, search, tables];
}

/** Of what the skill answers, what a model needs. */
const computedSchema = z.object({
  answer: z.object({ sentence: z.string() }),
  table: z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) }).optional(),
  gaps: z.array(z.string()).default([]),
});
