import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findNginx } from "@/lib/ops/nginx.mjs";

const README = path.resolve(import.meta.dirname, "../../README.md");

/** The first block of that language in the README's section on proxies. */
export function readmeBlock(language: string): string {
  const text = readFileSync(README, "utf8").split("\n## In front of an API\n")[1] ?? "";
  const block = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(text)?.[1];
  if (!block) throw new Error(`the README has no block of ${language}`);
  return block;
}

/** nginx as the README configures it, between clients and an API, asking a gateway first. */
export async function startNginx({ authorizePort, apiPort }: { authorizePort: number; apiPort: number }) {
  const { program, module } = await findNginx();
  const folder = mkdtempSync(path.join(tmpdir(), "countersign-nginx-"));
  const port = await freePort();
  const placed = {
    "127.0.0.1:3002": `127.0.0.1:${authorizePort}`,
    "127.0.0.1:8080": `127.0.0.1:${apiPort}`,
    "127.0.0.1:8000": `127.0.0.1:${port}`,
  };
  let http = readmeBlock("nginx");
  for (const [written, used] of Object.entries(placed)) http = http.replace(written, used);
  writeFileSync(path.join(folder, "nginx.conf"), configuration(folder, module, http));
  writeFileSync(path.join(folder, "countersign.js"), readmeBlock("js"));
  for (const name of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) mkdirSync(path.join(folder, name));
  // Its workers may run as another user.
  for (const name of ["", "body", "proxy"]) chmodSync(path.join(folder, name), 0o777);
  const child = spawn(program, ["-p", folder, "-c", path.join(folder, "nginx.conf"), "-e", path.join(folder, "error.log")], {
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  const errors = () => (existsSync(path.join(folder, "error.log")) ? readFileSync(path.join(folder, "error.log"), "utf8") : "");
  const origin = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !(await fetch(origin).catch(() => null)); tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error(`nginx did not start: ${errors()}`);
    await sleep(25);
  }
  return { origin, port, errors, stop };
}

const configuration = (folder: string, module: string, http: string) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
load_module ${module};
events {}
http {
  access_log off;
  js_path ${folder};
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${http}
}
`;

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { port: number };
  await once(server.close(), "close");
  return port;
}
