import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that a test can stop: nothing comes or goes any more, or nobody gets in. */
export interface Gate {
  /** The address of the server by this way. */
  url: string;
  /** While it is held nothing breaks and nobody is answered. */
  hold(is: boolean): void;
  /** While it is shut who is connected is cut off, and who comes is turned away. */
  shut(is: boolean): void;
  /** How many were turned away. */
  readonly refused: number;
  /** How many are connected. */
  readonly connections: number;
  close(): Promise<void>;
}

/** Opens a way to the server of an address, such as a database, on a port of its own. */
export async function openGate(target: URL): Promise<Gate> {
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  let isHeld = false;
  let isShut = false;
  let refused = 0;
  const server = createServer((near) => {
    if (isShut) {
      refused += 1;
      near.on('error', () => {});
      near.destroy();
      return;
    }
    const far = connect(Number(target.port || 5432), target.hostname || '127.0.0.1');
    clients.add(near);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        clients.delete(from);
        to.destroy();
      });
      if (isHeld) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has a port
  const cut = () => {
    for (const socket of clients) socket.destroy();
  };
  return {
    url: url.href,
    hold(is) {
      isHeld = is;
      for (const socket of sockets) is ? socket.pause() : socket.resume();
    },
    shut(is) {
      isShut = is;
      if (is) cut();
    },
    get refused() {
      return refused;
    },
    get connections() {
      return clients.size;
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
