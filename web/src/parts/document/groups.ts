import type { Block } from './blocks.ts';

/** Blocks that are drawn as one thing: the rows of a table, the items of a list, lines of an e-mail's head. */
export interface Group {
  kind: 'table' | 'list' | 'lines' | 'one';
  blocks: Block[];
}

/** Puts neighbours together; what is silent is left out and divides nothing. */
export function groupsOf(blocks: readonly Block[]): Group[] {
  const groups: Group[] = [];
  for (const block of blocks) {
    if (block.silent) continue;
    const kind = kindOf(block);
    const last = groups.at(-1);
    const before = last?.blocks[0];
    const joins =
      kind !== 'one' && last?.kind === kind && before?.kind === block.kind && before.table === block.table;
    if (joins) last.blocks.push(block);
    else groups.push({ kind, blocks: [block] });
  }
  return groups;
}

function kindOf({ kind, cells, label }: Block): Group['kind'] {
  if (kind === 'row' && cells) return 'table';
  if (kind === 'item') return 'list';
  if (kind === 'field' || (kind === 'header' && !label?.startsWith('page '))) return 'lines';
  return 'one';
}
