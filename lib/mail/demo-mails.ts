import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Mail } from "./mail";

/*
 * The demo's mails: one file each, readable only by this user, in a format that mail programs
 * open. A name begins with the time of the change, so that names sort by time. A mail that is
 * sent again overwrites its file.
 */
export type Envelope = { id: string; from: string; to: string; at: Date };
export type DemoMail = { name: string; from: string; to: string; at: string; subject: string; text: string };

const NAME = /^\d{8}T\d{9}Z-[0-9a-f-]{36}$/;
const PAGE = 25;

export async function saveDemoMail(
  folder: string,
  { id, from, to, at }: Envelope,
  { subject, text }: Mail,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${at.toISOString().replace(/[-:.]/g, "")}-${id}`;
  const headers = [
    ...[`Date: ${at.toUTCString()}`, `From: ${from}`, `To: ${to}`, `Subject: ${subject}`],
    ...["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"],
  ];
  const partial = path.join(folder, `.${name}.partial`);
  await writeFile(partial, `${headers.join("\n")}\n\n${text}`, { mode: 0o600, flush: true });
  await rename(partial, path.join(folder, `${name}.eml`));
}

/** A page of mails, newest first. `before` is the last name of the previous page. */
export async function listDemoMails(
  folder: string,
  before?: string,
): Promise<{ mails: DemoMail[]; total: number; older: string | null }> {
  const names = (await namesIn(folder)).sort().reverse();
  const rest = before ? names.filter((name) => name < before) : names;
  const shown = rest.slice(0, PAGE);
  const mails = await Promise.all(shown.map((name) => read(folder, name)));
  return { mails, total: names.length, older: rest.length > PAGE ? (shown.at(-1) ?? null) : null };
}

/** One mail, or null. Only names that are in the folder are read. */
export async function readDemoMail(folder: string, name: string): Promise<DemoMail | null> {
  return (await namesIn(folder)).includes(name) ? read(folder, name) : null;
}

async function namesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return files.flatMap((file) => (file.endsWith(".eml") && NAME.test(file.slice(0, -4)) ? [file.slice(0, -4)] : []));
}

async function read(folder: string, name: string): Promise<DemoMail> {
  const content = await readFile(path.join(folder, `${name}.eml`), "utf8");
  const end = content.indexOf("\n\n");
  const headers = new Map(
    content
      .slice(0, end)
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  const header = (field: string) => headers.get(field) ?? "";
  return {
    name,
    from: header("From"),
    to: header("To"),
    at: new Date(header("Date")).toISOString(),
    subject: header("Subject"),
    text: content.slice(end + 2),
  };
}
