import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nginx as findNginx } from "@/tests/runner/nginx.mjs";
import { childEnv } from "../child-env";
import { readDoc } from "../docs";
import { freePort } from "../free-port";

/** nginx configured by docs/gateway/nginx-forward-auth.conf, between clients and an API. */
export async function startNginx({ authorizePort, apiPort }: { authorizePort: number; apiPort: number }) {
  const port = await freePort();
  const script = readDoc("docs/gateway/countersign.js");
  const nginx = await runNginx(port, "nginx-forward-auth.conf", { "countersign.js": script }, () => ({
    "127.0.0.1:3002": `127.0.0.1:${authorizePort}`,
    "127.0.0.1:8080": `127.0.0.1:${apiPort}`,
    "127.0.0.1:8000": `127.0.0.1:${port}`,
  }));
  return { ...nginx, origin: `http://127.0.0.1:${port}`, port };
}

/** nginx configured by docs/gateway/nginx-gateways.conf. Its clients must trust `certificate`. */
export async function startBalancer(gatewayPorts: readonly number[]) {
  const port = await freePort();
  const { certificate, key } = selfSigned();
  const nginx = await runNginx(port, "nginx-gateways.conf", { "api.crt": certificate, "api.key": key }, (folder) => ({
    "127.0.0.1:3001": `127.0.0.1:${gatewayPorts[0]}`,
    "127.0.0.1:3011": `127.0.0.1:${gatewayPorts[1]}`,
    "127.0.0.1:3021": `127.0.0.1:${gatewayPorts[2]}`,
    "listen 443 ssl": `listen 127.0.0.1:${port} ssl`,
    "/etc/countersign/api.crt": `${folder}/api.crt`,
    "/etc/countersign/api.key": `${folder}/api.key`,
  }));
  return { ...nginx, port, certificate };
}

export type LoggedRequest = { upstreams: string[]; method: string; status: number; uri: string; agent: string };

/**
 * nginx configured by docs/gateway/nginx-dashboards.conf. `served` lists each response so far with
 * the dashboards that nginx tried; the last of them succeeded.
 */
export async function startDashboardBalancer(dashboardPorts: readonly number[]) {
  const port = await freePort();
  const { certificate, key } = selfSigned();
  const nginx = await runNginx(
    port,
    "nginx-dashboards.conf",
    { "keys.crt": certificate, "keys.key": key },
    (folder) => ({
      "127.0.0.1:3000": `127.0.0.1:${dashboardPorts[0]}`,
      "127.0.0.1:3010": `127.0.0.1:${dashboardPorts[1]}`,
      "listen 443 ssl": `listen 127.0.0.1:${port} ssl`,
      "/etc/countersign/keys.crt": `${folder}/keys.crt`,
      "/etc/countersign/keys.key": `${folder}/keys.key`,
    }),
  );
  const served = (): LoggedRequest[] =>
    nginx.log().map((line) => {
      const [upstreams = "", method = "", status = "", uri = "", agent = ""] = line.split("|");
      return { upstreams: upstreams.split(", "), method, status: Number(status), uri, agent };
    });
  return { ...nginx, served, certificate, origin: `https://localhost:${port}` };
}

/** For localhost; created once per process. */
function selfSigned(): { certificate: string; key: string } {
  made ??= newSelfSigned();
  return made;
}

let made: ReturnType<typeof newSelfSigned> | undefined;

function newSelfSigned(): { certificate: string; key: string } {
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const args = ["req", "-x509", "-nodes", "-days", "2", ...curve, ...subject, "-keyout", "-", "-out", "-"];
  const pem = execFileSync("openssl", args, { env: childEnv(), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const part = (name: string) =>
    new RegExp(`-----BEGIN ${name}-----.*?-----END ${name}-----\n`, "s").exec(pem)?.[0] ?? "";
  return { certificate: part("CERTIFICATE"), key: part("PRIVATE KEY") };
}

async function runNginx(
  port: number,
  config: string,
  files: Record<string, string>,
  placesIn: (folder: string) => Record<string, string>,
) {
  const found = findNginx();
  if (!found) throw new Error("nginx with njs is not here: npm test looks for it before anything else.");
  const { program, module } = found;
  const folder = mkdtempSync(path.join(tmpdir(), "countersign-nginx-"));
  let http = readDoc(`docs/gateway/${config}`);
  for (const [written, used] of Object.entries(placesIn(folder))) {
    if (!http.includes(written)) throw new Error(`docs/gateway/${config} has no ${written}`);
    http = http.replaceAll(written, used);
  }
  for (const [name, text] of Object.entries({ ...files, "nginx.conf": configuration(folder, module, http) }))
    writeFileSync(path.join(folder, name), text);
  for (const name of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) mkdirSync(path.join(folder, name));
  // nginx's workers may run as another user.
  for (const name of ["", "body", "proxy"]) chmodSync(path.join(folder, name), 0o777);
  const args = ["-p", folder, "-c", path.join(folder, "nginx.conf"), "-e", path.join(folder, "error.log")];
  // In the run's folder, and under a shell that outlives it: nginx overwrites its environment, by
  // which the run would find what it left behind.
  const child = spawn("sh", ["-c", ENDS_WITH_US, "nginx", program, ...args], {
    cwd: folder,
    env: childEnv(),
    stdio: ["pipe", "ignore", "ignore"],
  });
  const exited = once(child, "exit");
  const read = (name: string) =>
    existsSync(path.join(folder, name)) ? readFileSync(path.join(folder, name), "utf8") : "";
  const errors = () => read("error.log");
  const log = () => read("access.log").split("\n").filter(Boolean);
  const stop = async () => {
    child.stdin.end();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const deadline = performance.now() + 60_000; !(await answers(port)); await sleep(25)) {
    if (child.exitCode === null && performance.now() < deadline) continue;
    const log = errors();
    await stop();
    throw new Error(`nginx did not start: ${log}`);
  }
  return { errors, log, stop };
}

/**
 * Runs a program until standard input ends, which it does when this process is gone, however that
 * ended. The shell ends when the program does.
 */
const ENDS_WITH_US = `
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
(read -r _ <&3; kill -TERM $program) 2>&- &
watch=$!
exec 3<&-
wait $program
kill $watch 2>&-
`;

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

const configuration = (folder: string, module: string, http: string) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
load_module ${module};
events {}
http {
  log_format served "$upstream_addr|$request_method|$status|$request_uri|$http_user_agent";
  access_log ${folder}/access.log served;
  js_path ${folder};
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${http}
}
`;
