import { existsSync } from "node:fs";
import { installDebianPackages } from "./browser.mjs";
import { Stopped } from "./output.mjs";

const PROGRAMS = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];
const MODULES = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/local/lib/nginx/modules"];
const NJS = "ngx_http_js_module.so";

/** nginx and its JavaScript module, installed where that can be done. @returns {Promise<{ program: string, module: string }>} */
export async function findNginx() {
  const found = nginx();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) await installDebianPackages(["nginx", "libnginx-mod-http-js"]);
  const installed = nginx();
  if (installed) return installed;
  throw new Stopped("The test needs nginx with njs (Debian: nginx and libnginx-mod-http-js). Install them and try again.");
}

export function nginx() {
  const program = PROGRAMS.find((file) => existsSync(file));
  const module = MODULES.map((folder) => `${folder}/${NJS}`).find((file) => existsSync(file));
  return program && module ? { program, module } : null;
}
