import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Due } from "@/lib/mail/claim";
import { deliver } from "@/lib/mail/deliver";
import { smtpSender } from "@/lib/mail/smtp";
import {
  insertMail,
  makeMailsDue,
  onlyMailOf,
  outboxOf,
  type Sending,
  startSending,
  waitingMail,
} from "../../kit/mail/mail";
import { type MailServer, startMailServer } from "../../kit/mail/smtp";
import { asDatabaseOwner } from "../../kit/people/api-keys";

const FROM = "Countersign <no-reply@keys.example>";

let server: MailServer;
let sending: Sending;
const start = (url = server.url) => startSending(smtpSender(url, FROM));

beforeEach(async () => {
  await asDatabaseOwner("DELETE FROM outbox");
  server = await startMailServer();
  sending = start();
});
afterEach(async () => {
  await server.close();
  await sending.stop();
});

const arrives = (email: string, times = 1) =>
  vi.waitFor(() => expect(server.to(email)).toHaveLength(times), { timeout: 60_000 });
const marked = (email: string, mark: "sentAt" | "givenUpAt" | "lastError") =>
  vi.waitFor(async () => expect((await onlyMailOf(email))[mark]).not.toBeNull(), { timeout: 60_000 });
/**
 * The attempt is over, not only started: a running attempt's lease is longer than any pause
 * between the first tries.
 */
const putOff = (email: string, attempts: number) =>
  vi.waitFor(
    async () => {
      const mail = await onlyMailOf(email);
      expect(mail.attempts).toBe(attempts);
      expect(mail.dueAt.getTime()).toBeLessThan(Date.now() + 100_000);
    },
    { timeout: 60_000 },
  );

describe("a mail", () => {
  test("arrives once, as plain text from the sender, without HTML and without a link", async () => {
    const email = await waitingMail();
    await marked(email, "sentAt");
    const [mail, ...more] = server.to(email);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ subject: "Your password was changed", html: null });
    expect(mail?.raw).toMatch(/^From: Countersign <no-reply@keys\.example>\r?$/m);
    expect(mail?.raw).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    expect(mail?.text).toContain(`Done by: ${email}\n`);
    expect(mail?.text).not.toMatch(/https?:/);
    expect(await onlyMailOf(email)).toMatchObject({ attempts: 1, givenUpAt: null, lastError: null });
  });

  test("that was sent is not sent again, however much time passes", async () => {
    const email = await waitingMail();
    await marked(email, "sentAt");
    await makeMailsDue();
    const later = await waitingMail();
    await arrives(later);
    expect(server.to(email)).toHaveLength(1);
  });
});

describe("a server that fails", () => {
  test("by being down for a while delays a mail, and loses or duplicates none", async () => {
    await server.close();
    const email = await waitingMail();
    await marked(email, "lastError");
    await makeMailsDue();
    await putOff(email, 2);
    expect(await onlyMailOf(email)).toMatchObject({
      sentAt: null,
      givenUpAt: null,
      lastError: expect.stringContaining("ECONNREFUSED"),
    });

    server = await startMailServer({ port: server.port });
    await makeMailsDue();
    await marked(email, "sentAt");
    expect(server.to(email)).toHaveLength(1);
  });

  test("by accepting a mail and dropping the connection before its reply is sent the same mail again", async () => {
    const email = await (async () => {
      server.judge = () => "accept and drop";
      return waitingMail();
    })();
    await marked(email, "lastError");
    expect((await onlyMailOf(email)).sentAt).toBeNull();
    server.judge = () => "accept";
    await makeMailsDue();
    await marked(email, "sentAt");
    const [first, second, ...more] = server.to(email);
    expect(more).toEqual([]);
    expect(first?.messageId).toBe(`<${(await onlyMailOf(email)).id}@keys.example>`);
    expect(second?.raw).toBe(first?.raw);
  });

  test("by replying that it is busy is tried again", async () => {
    server.judge = () => ({ code: 451, words: "Come back later." });
    const email = await waitingMail();
    await marked(email, "lastError");
    expect((await onlyMailOf(email)).givenUpAt).toBeNull();
    server.judge = () => "accept";
    await makeMailsDue();
    await arrives(email);
  });

  test("by not replying delays one mail and no other", async () => {
    const held = `held.${Date.now()}@acme.example`;
    server.judge = ({ to }) => (to === held ? "say nothing" : "accept");
    await waitingMail(held);
    await vi.waitFor(async () => expect((await onlyMailOf(held)).attempts).toBe(1), { timeout: 60_000 });
    const others = await Promise.all(Array.from({ length: 12 }, () => waitingMail()));
    await Promise.all(others.map((email) => arrives(email)));
    expect((await onlyMailOf(held)).sentAt).toBeNull();
  });

  test("by refusing the password is tried again, and never gets a mail without it", async () => {
    await sending.stop();
    await server.close();
    server = await startMailServer({ credentials: { user: "countersign", password: "p@ss/word" } });
    sending = start(server.url.replace("p%40ss", "other"));
    const email = await waitingMail();
    await marked(email, "lastError");
    expect(await onlyMailOf(email)).toMatchObject({ sentAt: null, givenUpAt: null });
    await sending.stop();
    sending = start();
    await makeMailsDue();
    await arrives(email);
  });
});

describe("a mail that cannot be sent", () => {
  test("because its recipient does not exist is given up at once, and the row says why", async () => {
    server.judgeRecipient = (address) =>
      address.startsWith("gone") ? { code: 550, words: "5.1.1 No such mailbox." } : "accept";
    const email = await waitingMail(`gone.${Date.now()}@acme.example`);
    await marked(email, "givenUpAt");
    const row = await onlyMailOf(email);
    expect(row).toMatchObject({
      sentAt: null,
      attempts: 1,
      lastError: expect.stringContaining("550 5.1.1 No such mailbox."),
    });
    expect(sending.log()).toContain(row.id);
    await makeMailsDue();
    await arrives(await waitingMail());
    expect((await onlyMailOf(email)).attempts).toBe(1);
  });

  test("within five days is given up, and the row stays", async () => {
    server.judge = () => ({ code: 451, words: "Never." });
    const email = await waitingMail();
    await marked(email, "lastError");
    await asDatabaseOwner(
      "UPDATE outbox SET created_at = now() - interval '5 days', due_at = now() WHERE recipient = $1",
      [email],
    );
    await marked(email, "givenUpAt");
    expect(await onlyMailOf(email)).toMatchObject({ sentAt: null, lastError: expect.stringContaining("Never.") });
  });

  test.each([
    ["its template is unknown", "no_such_mail", {}],
    ["its template is a word every object knows", "constructor", {}],
    ["its merchant is no id", "key_generated", { merchantId: "not-an-id", number: 1, by: "a@b", from: null }],
    ["its merchant is not there", "key_generated", { merchantId: "00000000-0000-4000-8000-000000000000", number: 1 }],
    ["its data is empty", "key_activated", {}],
    ["its data is no object", "key_activated", null],
  ])("because %s does not delay the others", async (_, template, data) => {
    const odd = await insertMail(template, data);
    const email = await waitingMail();
    await arrives(email);
    await marked(odd, "lastError");
    expect((await onlyMailOf(odd)).sentAt).toBeNull();
    expect(server.to(odd)).toEqual([]);
  });
});

test("a server's reply that may repeat a token of the mail is kept out of the row and the log", async () => {
  const token = "A".repeat(10) + "b-_1".repeat(8);
  server.judge = () => ({ code: 554, words: `Spam: http://localhost:3000/first-login?token=${token}` });
  const email = await waitingMail();
  await marked(email, "givenUpAt");
  expect((await onlyMailOf(email)).lastError).toContain("Spam");
  for (const text of [JSON.stringify(await outboxOf(email)), sending.log()])
    expect(text).not.toContain(token.slice(0, 12));
});

test("a worker whose lease expired neither gives up nor postpones a mail that another worker has now", async () => {
  await sending.stop();
  const email = await waitingMail();
  await asDatabaseOwner("UPDATE outbox SET attempts = 2 WHERE recipient = $1", [email]);
  const row = await onlyMailOf(email);
  const stale: Due = { ...row, attempts: 1 };
  const { default: pino } = await import("pino");
  await deliver(stale, () => Promise.reject(new Error("too late")), pino({ level: "silent" }));
  expect(await onlyMailOf(email)).toEqual(row);
});
