import type { ReactFlowProps } from '@xyflow/react';

/**
 * What pictures of this console have in common: they are looked at, not edited. The page scrolls over them with the
 * wheel, and what takes the keyboard in them are our own buttons.
 */
export const STILL = {
  nodesDraggable: false,
  nodesConnectable: false,
  nodesFocusable: false,
  edgesFocusable: false,
  elementsSelectable: false,
  disableKeyboardA11y: true,
  zoomOnScroll: false,
  zoomOnDoubleClick: false,
  preventScrolling: false,
  proOptions: { hideAttribution: true },
} as const satisfies ReactFlowProps;
