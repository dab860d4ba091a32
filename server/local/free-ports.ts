import { createServer, type Server } from "node:net";

const listen = (server: Server, host: string) =>
  new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });

/** Ports that are free now, all different. */
export async function freePorts(host: string, count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map((server) => listen(server, host)));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Throws, naming each port and what it is for, when something else listens there. */
export async function assertPortsFree(
  host: string,
  ports: Readonly<Record<string, number>>,
): Promise<void> {
  const busy: string[] = [];
  for (const [purpose, port] of Object.entries(ports)) {
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, host, () => resolve(true));
    });
    if (free) await new Promise((resolve) => server.close(resolve));
    else busy.push(`${port} (${purpose})`);
  }
  if (busy.length > 0) {
    throw new Error(
      `in use on ${host}: port ${busy.join(", ")}. Stop what listens there; is a corridor running already?`,
    );
  }
}
