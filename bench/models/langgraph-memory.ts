import { createLangGraph } from './langgraph.ts';
import type { OpenPeer } from './peer.ts';

export const open: OpenPeer = (context) =>
  createLangGraph(context, { name: 'LangGraph.js', durability: 'nothing', async close() {} });
