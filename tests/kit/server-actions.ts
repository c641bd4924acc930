import { readFile } from "node:fs/promises";
import path from "node:path";

export type ServerAction = { id: string; name: string; file: string };

/** Every server action of the built app, by the id a browser would post to. */
export async function serverActions(): Promise<ServerAction[]> {
  const manifest = path.resolve(import.meta.dirname, "../../.next/server/server-reference-manifest.json");
  const { node } = JSON.parse(await readFile(manifest, "utf8")) as { node: Record<string, { exportedName: string; filename: string }> };
  return Object.entries(node).map(([id, { exportedName, filename }]) => ({ id, name: exportedName, file: filename }));
}

export type Posted = { status: number; text: string; reply: unknown };

/** Posts one argument to a server action as Next's own client does, and reads the value it returned. */
export async function postAction(
  action: { id: string },
  argument: unknown,
  headers: Record<string, string>,
  page = "/merchants",
): Promise<Posted> {
  const response = await fetch(`${process.env.E2E_ORIGIN}${page}`, {
    method: "POST",
    redirect: "manual",
    headers: { accept: "text/x-component", "content-type": "text/plain;charset=UTF-8", "next-action": action.id, ...headers },
    body: JSON.stringify([argument]),
  });
  const text = await response.text();
  const returned = /^1:(.*)$/m.exec(text)?.[1];
  return { status: response.status, text, reply: returned ? JSON.parse(returned) : null };
}
