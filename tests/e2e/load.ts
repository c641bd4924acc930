import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { serverActions } from "../kit/network/server-actions";
import { mintSession } from "../kit/people/session";
import { type Desk, expect } from "./fixtures";

const CLIENTS = 6;
/** A maximum: on a busy machine each client waits for its reply. */
const PER_SECOND = 10;

export type Answer = { method: string; good: boolean; told: string };
export type Load = {
  /** Resolves once every client is about to post. The returned function lets them continue. */
  gathered(): Promise<() => void>;
  stop(): Promise<Answer[]>;
};

/**
 * How many of all replies under load may say that the database is busy. A starved machine causes
 * that, not a restart.
 */
const MAX_BUSY = 10;
const isBusy = (status: number | undefined, text: string) => status === 503 || text.includes('"code":"busy"');

/**
 * Steady requests of a logged-in user: a page and an action that writes, in turn. A request that
 * is refused as busy is repeated, as the reply asks.
 */
export async function loadOf(given: {
  origin: string;
  certificate: string;
  address: string;
  cookie: string;
}): Promise<Load> {
  const { origin, certificate, address, cookie } = given;
  const agent = new Agent({ keepAlive: true, ca: certificate });
  const action = (await serverActions()).find(({ name }) => name === "endOtherSessions");
  if (!action) throw new Error("there is no such action");
  const asked = {
    GET: { path: address, expected: "API keys", headers: {}, body: "" },
    POST: {
      path: action.page,
      expected: '"ok":true',
      headers: {
        origin,
        "next-action": action.id,
        "content-type": "text/plain;charset=UTF-8",
        accept: "text/x-component",
      },
      body: "[{}]",
    },
  };
  let busy = 0;
  const ask = async (method: "GET" | "POST"): Promise<Answer> => {
    const answer = await askOnce(method);
    return answer.busy && ++busy <= MAX_BUSY ? ask(method) : answer;
  };
  const askOnce = (method: "GET" | "POST") =>
    new Promise<Answer & { busy?: boolean }>((resolve) => {
      const { path, expected, headers, body } = asked[method];
      const failed = ({ message }: Error) => resolve({ method, good: false, told: message });
      const sending = request(origin, { path, method, headers: { cookie, ...headers }, agent }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        response.once("error", failed).once("end", () => {
          const good = response.statusCode === 200 && text.includes(expected);
          const told = good ? "" : `${response.statusCode} ${text.slice(0, 200)}`;
          resolve({ method, good, told, busy: isBusy(response.statusCode, text) });
        });
      });
      sending.once("error", failed).end(body);
    });
  const answers: Answer[] = [];
  let running = true;
  let gathering: { arrived: number; gate: Promise<void> } | undefined;
  const client = async () => {
    while (running) {
      const due = sleep((CLIENTS * 2 * 1000) / PER_SECOND);
      answers.push(await ask("GET"));
      if (gathering) gathering.arrived++;
      await gathering?.gate;
      answers.push(await ask("POST"));
      await due;
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  let opened = () => {};
  const gathered = async () => {
    const gate = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const here = { arrived: 0, gate };
    gathering = here;
    void gate.then(() => {
      gathering = undefined;
    });
    await expect.poll(() => here.arrived).toBe(CLIENTS);
    return opened;
  };
  const stop = async () => {
    running = false;
    opened();
    await Promise.all(clients);
    agent.destroy();
    if (busy > 0) console.log(`note: ${busy} answers of a busy database were asked for again`);
    return answers;
  };
  return { gathered, stop };
}

/** The product refuses statements that wait longer than this for a lock. */
const WAITS_MS = 3_000;
const MAX_ATTEMPTS = 20;

/**
 * Makes every client wait in its action, at either dashboard, until it is released. If the machine
 * is too slow to have them all wait at the same time, they are released and gathered again, at
 * most `MAX_ATTEMPTS` times.
 */
export async function holdAll(load: Load, desk: Desk): Promise<() => Promise<void>> {
  for (let tries = 1; tries <= MAX_ATTEMPTS; tries++) {
    const post = await load.gathered();
    const { waiting, release } = await holdActions(desk);
    post();
    for (const until = Date.now() + WAITS_MS; Date.now() < until; await sleep(20))
      if ((await waiting()) === CLIENTS) return release;
    await release();
  }
  throw new Error(`The ${CLIENTS} clients have not once waited at the same time in ${MAX_ATTEMPTS} rounds.`);
}

/**
 * Locks another session of the user, which the load's action is about to end, until it is
 * released.
 */
async function holdActions({ owner }: Desk) {
  const { sessionId } = await mintSession(owner);
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query("BEGIN");
  const [holder] = (
    await client.query("SELECT pg_backend_pid() AS pid FROM sessions WHERE id = $1 FOR UPDATE", [sessionId])
  ).rows;
  const waiting = async (): Promise<number> => {
    const { rows } = await client.query(
      `WITH RECURSIVE waiting(pid) AS (
         SELECT $1::int UNION SELECT a.pid FROM pg_stat_activity a JOIN waiting w ON w.pid = ANY (pg_blocking_pids(a.pid))
       ) SELECT count(*)::int - 1 AS waiting FROM waiting`,
      [holder.pid],
    );
    return rows[0].waiting;
  };
  return { waiting, release: () => client.end() };
}
