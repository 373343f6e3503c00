import { Copy, Download, ExternalLink, Printer } from 'lucide-react';
import { useState } from 'react';
import { send } from '../../../api/client.ts';
import { Button, buttonLook } from '../../../parts/button.tsx';
import { notify, notifyProblem } from '../../../parts/notices.tsx';
import { copyText, saveAs } from './keep.ts';

/** Ways to keep a result: copy, download, open as a page of its own, print. */
export function Actions({ taskId, title }: { taskId: string; title: string }) {
  const [busy, setBusy] = useState<string>();
  const during = async (what: string, work: () => Promise<void>) => {
    setBusy(what);
    try {
      await work();
    } catch (error) {
      notifyProblem(error);
    } finally {
      setBusy(undefined);
    }
  };
  const copy = async () => {
    await copyText(page(taskId, 'markdown').then((answer) => answer.text()));
    notify('Copied as Markdown');
  };
  const save = (format: 'markdown' | 'html', ending: string) => async () => {
    saveAs(await (await page(taskId, format)).blob(), `${title}.${ending}`);
  };
  return (
    <div role="toolbar" aria-label="Keep this result" className="-ms-2.5 flex flex-wrap print:hidden">
      <Button look="quiet" small disabled={busy !== undefined} onClick={() => during('copy', copy)}>
        <Copy aria-hidden="true" className="size-4" />
        Copy as Markdown
      </Button>
      <Button
        look="quiet"
        small
        disabled={busy !== undefined}
        aria-label="Download as Markdown"
        onClick={() => during('markdown', save('markdown', 'md'))}
      >
        <Download aria-hidden="true" className="size-4" />
        Markdown
      </Button>
      <Button
        look="quiet"
        small
        disabled={busy !== undefined}
        aria-label="Download as HTML"
        onClick={() => during('html', save('html', 'html'))}
      >
        <Download aria-hidden="true" className="size-4" />
        HTML
      </Button>
      <a
        href={`/brief/${encodeURIComponent(taskId)}`}
        target="_blank"
        rel="noopener"
        className={buttonLook('quiet', true)}
      >
        <ExternalLink aria-hidden="true" className="size-4" />
        Open as a page
      </a>
      <Button look="quiet" small onClick={() => print()}>
        <Printer aria-hidden="true" className="size-4" />
        Print
      </Button>
    </div>
  );
}

function page(taskId: string, format: 'markdown' | 'html'): Promise<Response> {
  return send(`/api/v1/tasks/${encodeURIComponent(taskId)}/page?format=${format}`, {});
}
