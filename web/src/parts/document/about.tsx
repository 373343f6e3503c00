import { ChevronRight } from 'lucide-react';
import type { DocumentText } from '../../api/models.ts';

/** What a document says of itself, folded. */
export function About({ document: { meta, type, text } }: { document: DocumentText }) {
  const date = meta.date && !Number.isNaN(Date.parse(meta.date)) ? new Date(meta.date) : undefined;
  const facts: Array<[string, string | undefined]> = [
    ['Title', meta.title],
    ['Subject', meta.subject === meta.title ? undefined : meta.subject],
    ['From', meta.from],
    ['To', meta.to],
    ['Author', meta.author === meta.from ? undefined : meta.author],
    [
      'Date',
      date?.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' }) ?? meta.date,
    ],
    ['Pages', meta.pages?.toLocaleString('en')],
    ['Length', `${text.length.toLocaleString('en')} characters`],
    ['Read as', type],
  ];
  return (
    <details className="group mb-5 rounded-xl border border-line text-sm">
      <summary className="flex cursor-pointer list-none items-center gap-1.5 px-3 py-2 text-soft hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-4 transition group-open:rotate-90" />
        About this document
      </summary>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 px-4 pb-3">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} className="contents">
                <dt className="text-soft">{name}</dt>
                <dd dir="auto" className="break-words">
                  {value}
                </dd>
              </div>
            ),
        )}
      </dl>
    </details>
  );
}
