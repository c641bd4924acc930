import { setTimeout as sleep } from "node:timers/promises";
import { BODY, codeOf, isWithoutLease, RawClient, repliesIn, signed } from "./gateway-requests";
import { retryWithoutLease } from "./lease-retries";

type Credentials = { key: string; secret: string };

const ASKED = "HTTP/1.1 100 Continue\r\n\r\n";

/**
 * A signed request that sends the end of its body on demand and resolves to the code of the reply,
 * "unanswered" if there is none. The gateway has sent "100 Continue", so all checks that come
 * before the body have passed.
 */
export async function slowRequest(port: number, credentials: Credentials): Promise<() => Promise<string>> {
  const client = await requestAwaitingBody(port, credentials);
  client.write(BODY.slice(0, 9));
  return async () => {
    client.write(BODY.slice(9));
    const replies = () => repliesIn(client.received.slice(ASKED.length));
    await seen(client, () => replies().length > 0);
    client.end();
    return replies().map((reply) => codeOf({ ...reply, headers: {} }))[0] ?? "unanswered";
  };
}

/** A signed request whose body the gateway waits for. */
export async function requestAwaitingBody(port: number, credentials: Credentials): Promise<RawClient> {
  const client = await retryWithoutLease(
    () => begun(port, credentials),
    ({ received }) => isWithoutLease(received),
  );
  if (client.received !== ASKED) throw new Error(`the body was not asked for, but: ${client.received}`);
  return client;
}

async function begun(port: number, credentials: Credentials): Promise<RawClient> {
  const headers = Object.entries(signed(credentials)).map(([name, value]) => `${name}: ${value}`);
  const about = ["Host: a", "Expect: 100-continue", `Content-Length: ${BODY.length}`];
  const client = new RawClient(port).write("POST /api/v2/whoami HTTP/1.1", ...about, ...headers, "", "");
  await seen(client, () => client.received === ASKED || repliesIn(client.received).some(({ status }) => status > 100));
  return client;
}

/**
 * Ends with the connection at the latest: the gateway replies to a request that takes longer than
 * 10 s.
 */
async function seen(client: RawClient, condition: () => boolean): Promise<void> {
  while (!condition() && !client.over) await sleep(5);
}

/**
 * One such request for each key at each gateway. `finish` resolves to each gateway's distinct
 * replies.
 */
export async function slowBodies(ports: number[], keys: Credentials[]): Promise<{ finish(): Promise<string[][]> }> {
  const begun = await Promise.all(ports.map((port) => Promise.all(keys.map((key) => slowRequest(port, key)))));
  const kinds = async (each: (() => Promise<string>)[]) =>
    [...new Set(await Promise.all(each.map((finish) => finish())))].sort();
  return { finish: () => Promise.all(begun.map(kinds)) };
}
