import type { ReactNode } from 'react';
import type { Block } from './blocks.ts';
import type { Group } from './groups.ts';
import { Marked } from './marked.tsx';
import { TableView } from './table-view.tsx';

type Tables = Parameters<typeof TableView>[0]['tables'];

/** A part of a document as it looked there, as far as its text says. Every text has the direction of its letters. */
export function GroupView({ group, tables }: { group: Group; tables: Tables }) {
  const { kind, blocks } = group;
  if (kind === 'table') return <TableView blocks={blocks} tables={tables} />;
  if (kind === 'list') return <List blocks={blocks} />;
  if (kind === 'lines') return <Lines blocks={blocks} />;
  return blocks.map((block) => <BlockView key={block.start} block={block} />);
}

function List({ blocks }: { blocks: Block[] }) {
  return (
    <ul className="my-3 space-y-1.5">
      {blocks.map((block) => (
        <li key={block.start} className="flex gap-2.5">
          {!block.continued && (
            <span className="min-w-4 shrink-0 text-right text-soft tabular-nums select-none">
              {block.lead ?? '•'}
            </span>
          )}
          <p dir="auto" className="min-w-0 flex-1 break-words whitespace-pre-wrap">
            <Marked {...block} />
          </p>
        </li>
      ))}
    </ul>
  );
}

/** The head of an e-mail or the fields of a data file, each on its line. */
function Lines({ blocks }: { blocks: Block[] }) {
  const look = blocks[0]?.kind === 'field' ? 'font-mono text-[0.8125rem]' : 'text-sm';
  return (
    <div className={`my-3 space-y-1 rounded-xl bg-sunken px-4 py-3 ${look}`}>
      {blocks.map((block) => (
        <p key={block.start} dir="auto" className="break-words whitespace-pre-wrap">
          <Marked {...block} />
        </p>
      ))}
    </div>
  );
}

function BlockView({ block }: { block: Block }) {
  const text = <Marked {...block} />;
  const gap = block.continued ? 'mt-0' : 'mt-3';
  switch (block.kind) {
    case 'break':
      return <Break block={block} />;
    case 'heading':
      return <Heading label={block.label}>{text}</Heading>;
    case 'code':
      return (
        <pre
          dir="auto"
          className={`${gap} overflow-x-auto bg-sunken px-4 py-3 font-mono text-[0.8125rem] leading-relaxed break-words whitespace-pre-wrap ${block.continued ? '' : 'rounded-xl'}`}
        >
          {text}
        </pre>
      );
    case 'header':
    case 'between':
      return (
        <p dir="auto" className="mt-3 text-xs break-words whitespace-pre-wrap text-soft">
          {text}
        </p>
      );
    default:
      return (
        <p
          dir="auto"
          className={`${gap} break-words whitespace-pre-wrap ${block.label === 'quoted' ? 'border-s-2 border-line ps-4 text-soft' : ''}`}
        >
          {text}
        </p>
      );
  }
}

function Break({ block }: { block: Block }) {
  return (
    <div className="mt-7 mb-3 flex items-center gap-3 text-xs font-medium text-soft">
      <span dir="auto" className="min-w-0 truncate">
        {block.label}
        {block.isEmpty && ': no text'}
      </span>
      <span aria-hidden="true" className="h-px min-w-8 flex-1 bg-line" />
    </div>
  );
}

/** Headings of a document lie under those of the page: `h1` there is `h3` here. */
function Heading({ label, children }: { label: string | undefined; children: ReactNode }) {
  const level = Number(/^h([1-6])$/.exec(label ?? '')?.[1] ?? 2);
  const Tag = level === 1 ? 'h3' : level === 2 ? 'h4' : 'h5';
  const size = level === 1 ? 'text-xl' : level === 2 ? 'text-lg' : 'text-base';
  return (
    <Tag dir="auto" className={`mt-6 mb-2 font-semibold break-words ${size}`}>
      {children}
    </Tag>
  );
}
