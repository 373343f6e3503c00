import type { Method } from './method.ts';
import { broadcast } from './methods/broadcast.ts';
import { callDirectly } from './methods/call-directly.ts';
import { choose } from './methods/choose.ts';
import { collaborations } from './methods/collaborate.ts';
import { delegate } from './methods/delegate.ts';
import { envelop } from './methods/envelop.ts';
import { listen } from './methods/listen.ts';
import { optimize } from './methods/optimize.ts';
import { orchestrate } from './methods/orchestrate.ts';
import { publish } from './methods/publish.ts';
import { push } from './methods/push.ts';
import { share } from './methods/share.ts';

/** The communication methods of FEATURES CO-5, in its order. */
export const METHODS: readonly Method[] = [
  publish,
  delegate,
  ...collaborations,
  orchestrate,
  push,
  choose,
  callDirectly,
  listen,
  share,
  envelop,
  broadcast,
  optimize,
];
