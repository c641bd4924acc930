import { readFile } from "node:fs/promises";
import path from "node:path";

export type ServerAction = { id: string; name: string; page: string };

/**
 * Every server action of the built app, by the ID that a browser posts to, with a page that uses
 * it.
 */
export async function serverActions(): Promise<ServerAction[]> {
  const manifest = path.resolve(import.meta.dirname, "../../../.next/server/server-reference-manifest.json");
  const { node } = JSON.parse(await readFile(manifest, "utf8")) as {
    node: Record<string, { exportedName: string; workers: object }>;
  };
  return Object.entries(node).map(([id, { exportedName, workers }]) => ({
    id,
    name: exportedName,
    page: pageOf(Object.keys(workers).sort((a, b) => a.length - b.length)[0]),
  }));
}

/** "app/(dashboard)/merchants/[merchantId]/page" is served at "/merchants/[merchantId]". */
const pageOf = (worker = ""): string =>
  worker
    .replace(/^app/, "")
    .replace(/\/\([^/]+\)/g, "")
    .replace(/\/page$/, "");

export type Posted = { status: number; text: string; reply: unknown };

/**
 * Posts one argument to a server action, as Next's own client does from the action's page, and
 * reads the returned value.
 */
export async function postAction(
  action: ServerAction,
  argument: Record<string, unknown>,
  headers: Record<string, string>,
): Promise<Posted> {
  const page = action.page.replace("[merchantId]", String(argument.merchantId ?? ""));
  const response = await fetch(`${process.env.E2E_ORIGIN}${page}`, {
    method: "POST",
    redirect: "manual",
    headers: {
      accept: "text/x-component",
      "content-type": "text/plain;charset=UTF-8",
      "next-action": action.id,
      ...headers,
    },
    body: JSON.stringify([argument]),
  });
  const text = await response.text();
  const returned = /^1:(\{.*)$/m.exec(text)?.[1];
  return { status: response.status, text, reply: returned ? JSON.parse(returned) : null };
}
