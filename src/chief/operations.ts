import { z } from 'zod';
import type { DocumentDesk } from '../operator/perform.ts';
import { renderHtml, renderMarkdown, renderText } from '../operator/skills/render.ts';
import { plainOf, renderPlainHtml, renderPlainText } from '../operator/skills/render-plain.ts';
import { isResult } from '../operator/skills/verify.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { type BytesAnswer, operation, someId } from '../platform/kernel/operation.ts';
import type { Store } from '../platform/store/transaction.ts';
import { viewTask } from '../tasks/view.ts';

interface Needs {
  store: Store;
  documents: DocumentDesk;
}

const MEDIA_TYPES = { html: 'text/html', markdown: 'text/markdown', text: 'text/plain' } as const;
const ENDINGS = { html: 'html', markdown: 'md', text: 'txt' } as const;

/** The finished result of a task as people read it. */
export const resultOperations = [
  operation({
    name: 'tasks.page',
    summary:
      'The result of a finished task to read or keep: one HTML file, Markdown, or text for a terminal.',
    route: { method: 'GET', path: '/tasks/{id}/page', answer: 'bytes' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      id: z.string(),
      format: z.enum(['html', 'markdown', 'text']).default('html'),
      /** Columns of the terminal, for text. */
      width: z.coerce.number().int().min(40).max(400).default(100),
      color: z.stringbool().or(z.boolean()).default(false),
    }),
    output: z.custom<BytesAnswer>(),
    example: { id: someId },
    async run({ store, documents }: Needs, caller, { id, format, width, color }): Promise<BytesAnswer> {
      const task = await store.read(caller.tenantId, (tx) => viewTask(tx, id));
      if (!task.result)
        throw new CadreError('task/wrong-state', { status: task.status, action: 'shown as a page yet' });
      const { output } = task.result;
      return {
        name: `${id}.${ENDINGS[format]}`,
        mediaType: MEDIA_TYPES[format],
        bytes: new TextEncoder().encode(await render()),
      };

      async function render(): Promise<string> {
        if (!isResult(output)) {
          const plain = plainOf(output);
          return format === 'html' ? renderPlainHtml(plain, task.goal) : renderPlainText(plain);
        }
        if (format === 'markdown') return renderMarkdown(output);
        if (format === 'text') return renderText(output, { width, color });
        const fileIds = [...new Set([...task.files, ...output.documents.map((document) => document.fileId)])];
        const { materials } = await documents.load(caller.tenantId, fileIds);
        return renderHtml(output, materials);
      }
    },
  }),
];
