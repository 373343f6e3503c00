import { type NodeHandle, Position } from '@xyflow/react';

/** Width and height of a handle in the styles of React Flow. */
const SIZE = 6;

interface Size {
  width: number;
  height: number;
}

const handle = (type: NodeHandle['type'], position: Position, x: number, y: number): NodeHandle => ({
  type,
  position,
  x: x - SIZE / 2,
  y: y - SIZE / 2,
  width: SIZE,
  height: SIZE,
});

/**
 * Where lines come in and go out: said with the node. Without it React Flow measures them in the page, forgets them
 * whenever the node is made anew, and draws no line until it has measured again, which now and then is never.
 */
export function handlesAlong({ width, height }: Size, direction: 'LR' | 'TB'): NodeHandle[] {
  return direction === 'LR'
    ? [handle('target', Position.Left, 0, height / 2), handle('source', Position.Right, width, height / 2)]
    : [handle('target', Position.Top, width / 2, 0), handle('source', Position.Bottom, width / 2, height)];
}

/** The same in the middle, for lines between nodes that have no before and after. */
export function handlesInMiddle({ width, height }: Size): NodeHandle[] {
  return [
    handle('target', Position.Top, width / 2, height / 2),
    handle('source', Position.Top, width / 2, height / 2),
  ];
}
