import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

/*
 * Serves a build's scripts and style sheets, which were compressed once with Brotli at its
 * highest quality. They are a seventh smaller than the gzip that Next makes for each request.
 * Next serves clients that do not accept Brotli, and all other files. The headers that every
 * response needs are already set.
 */
const FOLDER = "/_next/static/";
const TYPES: Record<string, string> = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

export type StaticFiles = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Serves the files it has; false leaves a request to Next. The names are read once, so that no
 * path of a request reaches the disk.
 */
export async function staticFiles(root: string): Promise<StaticFiles> {
  const folder = path.join(root, ".next/static");
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const known = new Set(
    names.filter((name) => name.endsWith(".br")).map((name) => name.slice(0, -3).split(path.sep).join("/")),
  );
  return (request, response) => {
    const name = nameIn(request.url ?? "");
    if (!name || !known.has(name) || !takesBrotli(request)) return false;
    response.writeHead(200, {
      "Content-Type": TYPES[path.extname(name)],
      "Content-Encoding": "br",
      "Cache-Control": "public, max-age=31536000, immutable",
      Vary: "Accept-Encoding",
    });
    if (request.method === "HEAD") response.end();
    else
      createReadStream(path.join(folder, `${name}.br`))
        .once("error", () => response.destroy())
        .pipe(response);
    return true;
  };
}

const nameIn = (url: string): string | null =>
  url.startsWith(FOLDER) ? (url.slice(FOLDER.length).split("?")[0] ?? null) : null;

const takesBrotli = ({ method, headers }: IncomingMessage): boolean =>
  (method === "GET" || method === "HEAD") &&
  /\bbr\b(?!;\s*q=0(?:\.0*)?(?:,|$))/.test(String(headers["accept-encoding"] ?? ""));
