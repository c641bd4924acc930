import { existsSync } from "node:fs";

const PROGRAMS = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];
const MODULES = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/local/lib/nginx/modules"];
const NJS = "ngx_http_js_module.so";

/**
 * nginx and its JavaScript module, if installed. @returns {{ program: string, module: string } |
 * null}
 */
export function nginx() {
  const program = PROGRAMS.find((file) => existsSync(file));
  const module = MODULES.map((folder) => `${folder}/${NJS}`).find((file) => existsSync(file));
  return program && module ? { program, module } : null;
}
