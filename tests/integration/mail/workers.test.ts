import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runOutbox } from "@/lib/mail/outbox";
import { db } from "@/lib/platform/db/db";
import { newRecipient, onlyMailOf, waitingMail, waitingMails } from "../../kit/mail/mail";
import { type MailServer, startMailServer } from "../../kit/mail/smtp";
import { startWorker, type Worker } from "../../kit/mail/worker";
import { asDatabaseOwner } from "../../kit/people/api-keys";

const MAIL_FROM = "Countersign <no-reply@keys.example>";
const WAIT = { timeout: 60_000, interval: 200 };
const workers: Worker[] = [];
let server: MailServer;

beforeEach(async () => {
  await asDatabaseOwner("DELETE FROM outbox");
  server = await startMailServer();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  await server.close();
});

async function work(): Promise<Worker> {
  const worker = await startWorker({ SMTP_URL: server.url, MAIL_FROM });
  workers.push(worker);
  return worker;
}

const unsent = () => db().outboxMail.count({ where: { sentAt: null } });

test("three workers at once send each of 120 mails once", async () => {
  const all = await Promise.all([work(), work(), work()]);
  const emails = Array.from({ length: 120 }, newRecipient);
  await waitingMails(emails);
  // No time limit, as long as the number decreases.
  for (let left = await unsent(); left > 0; ) {
    const before = left;
    await vi.waitFor(async () => {
      left = await unsent();
      expect(left).toBeLessThan(before);
    }, WAIT);
  }
  expect(server.arrived.map(({ to }) => to).sort()).toEqual(emails.sort());
  expect(await db().outboxMail.count({ where: { attempts: { not: 1 } } })).toBe(0);
  expect(await Promise.all(all.map((worker) => worker.stop()))).toEqual([0, 0, 0]);
});

test("a mail whose worker is killed while sending it is left alone until the lease expires, and is not lost", async () => {
  server.judge = () => "say nothing";
  const email = await waitingMail();
  const first = await work();
  await vi.waitFor(async () => expect((await onlyMailOf(email)).attempts).toBe(1), WAIT);
  await first.kill();
  server.judge = () => "accept";
  await work();
  const other = await waitingMail();
  await vi.waitFor(() => expect(server.to(other)).toHaveLength(1), WAIT);
  expect(server.to(email)).toEqual([]);
  await asDatabaseOwner("UPDATE outbox SET due_at = now() WHERE recipient = $1", [email]);
  await vi.waitFor(async () => expect((await onlyMailOf(email)).sentAt).not.toBeNull(), WAIT);
  expect(server.to(email)).toHaveLength(1);
});

test("a worker that is told to stop finishes the current mail and begins no other", async () => {
  const begun = new Promise<void>((resolve) => {
    server.judgeRecipient = () => {
      resolve();
      return "accept";
    };
  });
  const email = await waitingMail();
  const worker = await work();
  await begun;
  const stopped = worker.stop();
  const late = await waitingMail();
  expect(await stopped).toBe(0);
  expect((await onlyMailOf(email)).sentAt).not.toBeNull();
  expect(await onlyMailOf(late)).toMatchObject({ attempts: 0, sentAt: null });
});

test("however many mails a worker sends, what waits for its stop does not add up", async () => {
  const stopping = new AbortController();
  const waiting: number[] = [];
  await waitingMails(Array.from({ length: 60 }, newRecipient));
  const send = async () => {
    waiting.push(getEventListeners(stopping.signal, "abort").length);
    await sleep(waiting.length % 7);
  };
  const done = runOutbox(send, stopping.signal, pino({ enabled: false }));
  await vi.waitFor(async () => expect(await unsent()).toBe(0), WAIT);
  stopping.abort();
  await done;
  expect(waiting).toHaveLength(60);
  expect(Math.max(...waiting)).toBeLessThanOrEqual(1);
});
