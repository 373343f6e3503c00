import { Hono } from 'hono';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { DoorEnv } from './app.ts';
import type { DoorNeeds } from './needs.ts';
import { readBytes } from './request.ts';
import { limiter } from './routes.ts';

/** Body of one delivery; what is larger belongs into a file. */
export const HOOK_LIMIT_BYTES = 262_144;

/**
 * `POST /hooks/<id>`: deliveries that show no key but a signature over their bytes. The door hands on what came, bounded
 * in size and rate for each address; the room decides.
 */
export function hookRoutes({ config, webhooks }: Pick<DoorNeeds, 'config' | 'webhooks'>): Hono<DoorEnv> {
  const routes = new Hono<DoorEnv>();
  const limit = limiter(config.ratePerSecond);
  routes.post('/hooks/:id', async (c) => {
    await limit(c.env?.incoming?.socket.remoteAddress ?? 'unknown');
    const body = await readBytes(c.req.raw, HOOK_LIMIT_BYTES);
    const taken = await webhooks.receive({
      id: c.req.param('id'),
      signature: c.req.header('cadre-signature'),
      deliveryId: c.req.header('cadre-delivery'),
      body,
    });
    return c.json(taken, 202);
  });
  routes.all('/hooks/:id', (c) => {
    c.header('Allow', 'POST');
    throw new CadreError('request/method', { path: '/hooks', method: c.req.method });
  });
  return routes;
}
