import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { notify } from "@/lib/mail/enqueue";
import { smtpSender } from "@/lib/mail/smtp";
import { invitationToken, invitationTokenHash } from "@/lib/platform/crypto/invitation-token";
import { db, transaction } from "@/lib/platform/db/db";
import { makeMailsDue, onlyMailOf, outboxOf, type Sending, startSending } from "../../kit/mail/mail";
import { type MailServer, startMailServer } from "../../kit/mail/smtp";
import { asDatabaseOwner } from "../../kit/people/api-keys";
import { makeOwner, makePerson } from "../../kit/people/people";

const FROM = "no-reply@keys.example";

let server: MailServer;
let sending: Sending;
beforeEach(async () => {
  await asDatabaseOwner("DELETE FROM outbox");
  server = await startMailServer();
  sending = startSending(smtpSender(server.url, FROM));
});
afterEach(async () => {
  await server.close();
  await sending.stop();
});

/** An invited person whose mail is in the outbox. */
async function invited(): Promise<{ email: string; invitationId: string }> {
  const owner = await makeOwner();
  const { email, userId } = await makePerson({ device: false });
  return transaction(async (tx) => {
    const { id } = await tx.invitation.create({
      data: { userId, merchantId: owner.merchantId, role: "view", invitedBy: owner.userId },
    });
    const data = { invitationId: id, merchantId: owner.merchantId, role: "view", by: owner.email } as const;
    await notify(tx, { to: { email }, template: "invitation", data });
    return { email, invitationId: id };
  });
}

const stored = (id: string) =>
  db().invitation.findUniqueOrThrow({ where: { id }, select: { tokenHash: true, expiresAt: true } });
const hashOf = (token: string) => Buffer.from(invitationTokenHash(token)).toString("hex");
const tokensTo = (email: string) =>
  server.to(email).map(({ text }) => /first-login\?token=([\w-]{43})$/m.exec(text)?.[1] ?? "none");
const marked = (email: string, mark: "sentAt" | "givenUpAt" | "lastError") =>
  vi.waitFor(async () => expect((await onlyMailOf(email))[mark]).not.toBeNull(), { timeout: 60_000 });
const days = async (id: string) => ((await stored(id)).expiresAt.getTime() - Date.now()) / 86_400_000;

describe("an invitation's mail", () => {
  test("carries a link whose token is stored only as a hash", async () => {
    const { email, invitationId } = await invited();
    await marked(email, "sentAt");
    const [token = "", ...more] = tokensTo(email);
    expect(more).toEqual([]);
    expect(server.to(email)[0]?.text).toContain(`${process.env.PUBLIC_ORIGIN}/first-login?token=${token}\n`);
    expect(Buffer.from((await stored(invitationId)).tokenHash ?? []).toString("hex")).toBe(hashOf(token));
    const rows = JSON.stringify([
      await outboxOf(email),
      await asDatabaseOwner("SELECT to_jsonb(i) FROM invitations i"),
    ]);
    for (const text of [rows, sending.log()]) expect(text).not.toContain(token);
    expect(await days(invitationId)).toBeCloseTo(7, 2);
  });

  test("whose reply was lost is sent again with a second link: both work", async () => {
    server.judge = () => "accept and drop";
    const { email, invitationId } = await invited();
    await marked(email, "lastError");
    server.judge = () => "accept";
    await asDatabaseOwner("UPDATE invitations SET expires_at = now() + interval '3 days' WHERE id = $1", [
      invitationId,
    ]);
    await makeMailsDue();
    await marked(email, "sentAt");
    const [first = "", second] = tokensTo(email);
    expect(second).toBe(first);
    expect(Buffer.from((await stored(invitationId)).tokenHash ?? []).toString("hex")).toBe(hashOf(first));
    expect(await days(invitationId)).toBeCloseTo(7, 2);
  });

  test("that arrived works although every later attempt was lost", async () => {
    server.judge = () => "accept and drop";
    const { email, invitationId } = await invited();
    await marked(email, "lastError");
    server.judge = () => ({ code: 550, words: "No." });
    await makeMailsDue();
    await marked(email, "givenUpAt");
    const [token = ""] = tokensTo(email);
    expect(Buffer.from((await stored(invitationId)).tokenHash ?? []).toString("hex")).toBe(hashOf(token));
  });

  test.each(["accepted", "withdrawn"])("is not sent once the invitation was %s, and the row says so", async (fate) => {
    server.judge = () => ({ code: 451, words: "Later." });
    const { email, invitationId } = await invited();
    await marked(email, "lastError");
    if (fate === "withdrawn") await db().invitation.delete({ where: { id: invitationId }, select: { id: true } });
    else
      await asDatabaseOwner("UPDATE invitations SET accepted_at = now(), token_hash = NULL WHERE id = $1", [
        invitationId,
      ]);
    server.judge = () => "accept";
    await makeMailsDue();
    await marked(email, "givenUpAt");
    expect(await onlyMailOf(email)).toMatchObject({
      sentAt: null,
      lastError: expect.stringContaining("accepted or withdrawn"),
    });
    expect(server.to(email)).toEqual([]);
    if (fate === "accepted") expect((await stored(invitationId)).tokenHash).toBeNull();
  });

  test("of another invitation cannot be used for this one", async () => {
    const [one, other] = [await invited(), await invited()];
    await marked(one.email, "sentAt");
    await marked(other.email, "sentAt");
    expect(tokensTo(one.email)).not.toEqual(tokensTo(other.email));
  });

  test("cannot be computed from the database without the worker's key", async () => {
    const { email, invitationId } = await invited();
    await marked(email, "sentAt");
    expect(tokensTo(email)).not.toContain(invitationToken(Buffer.alloc(32), invitationId));
    expect(tokensTo(email)).toEqual([
      invitationToken(Buffer.from(process.env.INVITATION_KEY ?? "", "base64"), invitationId),
    ]);
  });
});

test("a user who has an account gets no link and no token", async () => {
  const owner = await makeOwner();
  const { email } = await makePerson();
  await transaction((tx) =>
    notify(tx, {
      to: { email },
      template: "invitation_existing",
      data: { merchantId: owner.merchantId, role: "limits", by: owner.email },
    }),
  );
  await marked(email, "sentAt");
  expect(server.to(email)[0]?.raw).not.toMatch(/https?:|token/);
});
