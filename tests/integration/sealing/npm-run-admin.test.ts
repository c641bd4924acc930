import path from "node:path";
import { describe, expect, test } from "vitest";
import { parseOpeningKeys, parseSealingKeys } from "@/lib/platform/crypto/key-ring";
import { root } from "../../kit/child-env";
import { sealingKeys } from "../../kit/database/sealing-keys";
import { program } from "../../kit/gateway/programs";

/** What `npm run admin -- sealing …` runs, with the operator's own database. */
async function admin(args: string[], given: Record<string, string>) {
  const env = { DATABASE_URL: process.env.DATABASE_URL as string, ...given };
  const running = program(
    { file: path.join(root, "lib/ops/admin.mjs"), args: ["sealing", ...args] },
    { cwd: root, env },
  );
  running.child.stdin?.end();
  const { code, output } = await running.ended;
  return { code, lines: output.trim().split("\n") };
}

describe("with an external database", () => {
  test("new-key prints the variables of the dashboards and of the gateways, both versions in each, the new one last", async () => {
    const { code, lines } = await admin(["new-key"], sealingKeys(4));
    expect(code).toBe(0);
    const value = (name: string) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
    expect(parseSealingKeys(value("SEALING_PUBLIC_KEY")).map(({ version }) => version)).toEqual([4, 5]);
    expect(parseOpeningKeys(value("SEALING_PRIVATE_KEYS")).all.map(({ version }) => version)).toEqual([4, 5]);
    expect(lines[0]).toContain("The dashboards must never be given SEALING_PRIVATE_KEYS");
  });

  test.each([
    [["new-key"], {}, "SEALING_PUBLIC_KEY and SEALING_PRIVATE_KEYS are not set"],
    [["status"], { APP_DATABASE_URL: "postgres://a" }, "GATEWAY_DATABASE_URL and SEALING_PRIVATE_KEYS must be set too"],
    [["rotate"], { GATEWAY_DATABASE_URL: "postgres://a" }, "SEALING_PRIVATE_KEYS must be set too"],
  ])("%j names in one line what is missing", async (args, given, sentence) => {
    const { code, lines } = await admin(args, given);
    expect([code, lines]).toEqual([1, [expect.stringContaining(sentence)]]);
  });
});
