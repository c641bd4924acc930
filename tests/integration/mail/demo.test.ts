import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { listDemoMails, readDemoMail, saveDemoMail } from "@/lib/mail/demo-mails";
import { waitingMail } from "../../kit/mail/mail";
import { startWorker, type Worker } from "../../kit/mail/worker";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "countersign-mail-"));
});
afterAll(() => rm(scratch, { recursive: true }));

let folders = 0;
const newFolder = () => path.join(scratch, String(++folders), "mail");
const keep = (
  folder: string,
  { id = randomUUID() as string, at = new Date(), subject = "A subject", text = "One.\n\nTwo.\n" } = {},
) => saveDemoMail(folder, { id, from: "Countersign <a@b.example>", to: "c@d.example", at }, { subject, text });

describe("the demo's mails", () => {
  let worker: Worker;
  const folder = () => path.join(scratch, "worker", "mail");
  beforeAll(async () => {
    worker = await startWorker({ DEMO_MAIL_DIR: folder() });
  });
  afterAll(() => worker.kill());

  test("are written by the worker into files that no other user can read", async () => {
    const email = await waitingMail();
    const { mails } = await vi.waitFor(
      async () => {
        const found = await listDemoMails(folder());
        expect(found.total).toBe(1);
        return found;
      },
      { timeout: 60_000, interval: 200 },
    );
    expect(mails[0]).toMatchObject({
      to: email,
      subject: "Your password was changed",
      text: expect.stringContaining(`Done by: ${email}\n`),
    });
    const [file = ""] = await readdir(folder());
    expect((await stat(path.join(folder(), file))).mode & 0o777).toBe(0o600);
    expect((await stat(folder())).mode & 0o777).toBe(0o700);
  });

  test("are an empty list where none was sent", async () => {
    expect(await listDemoMails(newFolder())).toEqual({ mails: [], total: 0, older: null });
    expect(await readDemoMail(newFolder(), "x")).toBeNull();
  });

  test("are listed newest first, 25 a page, each once", async () => {
    const folder = newFolder();
    for (let n = 0; n < 60; n++)
      await keep(folder, { at: new Date(Date.UTC(2026, 10, 23, 14, 0, n)), subject: `Mail ${n}` });
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const { mails, older, total } = await listDemoMails(folder, before);
      expect(total).toBe(60);
      seen.push(...mails.map(({ subject }) => subject));
      before = older ?? undefined;
    } while (before);
    expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => `Mail ${59 - n}`));
  });

  test("that are sent twice are listed once", async () => {
    const folder = newFolder();
    const [id, at] = [randomUUID() as string, new Date()];
    await keep(folder, { id, at });
    await keep(folder, { id, at, text: "Again.\n" });
    expect(await listDemoMails(folder)).toMatchObject({ total: 1, mails: [{ text: "Again.\n" }] });
  });

  test.each(["../secret", "..", "", "20261123T140000000Z-../../secret", "secret"])(
    "do not include another file by the name %j",
    async (name) => {
      const folder = newFolder();
      await keep(folder);
      await writeFile(path.join(folder, "..", "secret.eml"), "Subject: x\n\nsecret");
      await writeFile(path.join(folder, "secret.eml"), "Subject: x\n\nsecret");
      expect(await readDemoMail(folder, name)).toBeNull();
      expect((await listDemoMails(folder)).total).toBe(1);
    },
  );
});
