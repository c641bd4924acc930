import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ExpectedError } from "@/lib/ops/output.mjs";
import { root, runOrThrow, runProgram } from "@/lib/ops/run.mjs";

/** The npm package of Node's executable, as the install script of the package "node" names it. */
export function packageName(platform: NodeJS.Platform, arch: string): string {
  const bin = platform === "darwin" && arch === "arm64" ? "-bin" : "";
  return `node${bin}-${platform === "win32" ? "win" : platform}-${arch}`;
}

/**
 * Whatever looks for "node" finds that one. npm's own variables name the Node that runs this file.
 */
export function environmentWith(program: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(npm_|NODE$|INIT_CWD$)/.test(name));
  return { ...Object.fromEntries(kept), PATH: `${path.dirname(program)}${path.delimiter}${env.PATH}` } as never;
}

/**
 * Installs a Node from npm into a folder of .build, without running an install script.
 * @param wanted a version or a range, such as 22
 */
export async function installNode(wanted: string): Promise<{ version: string; program: string }> {
  if (!/^\d+(\.\d+){0,2}$/.test(wanted)) throw new ExpectedError("Usage: npm run test:node -- 22");
  const folder = path.join(root, ".build", `node-${wanted}`);
  mkdirSync(folder, { recursive: true });
  const name = packageName(process.platform, process.arch);
  const args = ["install", `--prefix=${folder}`, "--no-audit", "--no-fund", "--no-save", "--ignore-scripts"];
  await runOrThrow(`npm install ${name}`, runProgram("npm", [...args, `${name}@${wanted}`]));
  const installed = path.join(folder, "node_modules", name);
  const { version, bin } = JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8"));
  return { version, program: path.join(installed, bin.node) };
}
