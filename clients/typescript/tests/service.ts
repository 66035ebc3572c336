/** A service in this process, for what the conformance suite does not reach. */

import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";

import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { type Client, connect } from "@ftf-resolution/client";

/** Serves the routes on loopback while `use` runs with a client of them. */
export async function serving(routes: (router: ConnectRouter) => void, use: (client: Client) => Promise<void>) {
  const server = createServer(connectNodeAdapter({ routes }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const persistence = { patienceMs: 1000, firstPauseMs: 1 };
  const client = connect(`127.0.0.1:${port}`, { purpose: "identify", caseReference: "test", persistence });
  try {
    await use(client);
  } finally {
    client.close();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** All items of a stream. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found = [];
  for await (const item of items) found.push(item);
  return found;
}
