import { expect, test } from "vitest";
import { deleteOldMails } from "@/lib/worker/jobs/retention";
import { outboxOf, waitingMail } from "../../kit/mail/mail";
import { asDatabaseOwner } from "../../kit/people/api-keys";

async function mailWith(mark: string): Promise<string> {
  const email = await waitingMail();
  await asDatabaseOwner(`UPDATE outbox SET ${mark} WHERE recipient = $1`, [email]);
  return email;
}

test("mails are deleted 30 days after they were sent, and 90 after they were given up; a waiting one is never deleted", async () => {
  const forgotten = [
    await mailWith("sent_at = now() - interval '30 days'"),
    await mailWith("given_up_at = now() - interval '90 days'"),
  ];
  const kept = [
    await mailWith("sent_at = now() - interval '29 days'"),
    await mailWith("given_up_at = now() - interval '89 days'"),
    await mailWith("created_at = now() - interval '400 days'"),
  ];
  expect(await deleteOldMails()).toBe(forgotten.length);
  for (const email of forgotten) expect(await outboxOf(email)).toEqual([]);
  for (const email of kept) expect(await outboxOf(email)).toHaveLength(1);
});

test("a mail cannot be both sent and given up", async () => {
  await expect(mailWith("sent_at = now(), given_up_at = now()")).rejects.toThrow("outbox_sent_or_given_up");
});
