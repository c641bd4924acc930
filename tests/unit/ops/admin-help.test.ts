import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { gatewayTable } from "@/lib/ops/admin/gateway-commands";
import { run } from "@/lib/ops/admin/run";
import { SEALING_ACTIONS } from "@/lib/ops/admin/sealing-help";

/** The admin command, which asks no database for what is tested here. */
async function admin(...args: string[]): Promise<{ code: number; output: string }> {
  const output = new PassThrough();
  const terminal = { input: new PassThrough(), output, errors: output };
  const code = await run(args, { operator: () => "k.osei", terminal });
  return { code, output: String(output.read() ?? "") };
}

const { output: overview } = await admin("help");
const ALL = [...overview.matchAll(/^ {2}([a-z0-9-]+)/gm)].map(([, name = ""]) => name);

describe("help", () => {
  test("a command that changes nothing has no --yes in its help", async () => {
    expect((await admin("gateways", "--help")).output).not.toContain("--yes");
  });

  test.each(ALL)("help %s is its help, as is --help before it", async (command) => {
    const help = await admin(command, "--help");
    expect(await admin("help", command)).toEqual(help);
    expect(await admin("--help", command)).toEqual(help);
  });

  test("help of a command that does not exist is refused", async () => {
    expect(await admin("help", "retire")).toMatchObject({
      code: 2,
      output: expect.stringContaining('There is no command "retire"'),
    });
  });

  test("no line of any help is wider than 100 columns", async () => {
    expect(ALL.length).toBeGreaterThan(10);
    const all = await Promise.all(ALL.map((name) => admin("help", name)));
    expect(
      [{ output: overview }, ...all].flatMap(({ output }) => output.split("\n")).filter((line) => line.length > 100),
    ).toEqual([]);
  });

  test.each(["sealing", "retire-key", "create-merchant"])(
    "%s without words shows its help and exits 2",
    async (name) => {
      expect(await admin(name)).toEqual({ code: 2, output: (await admin("help", name)).output });
    },
  );

  test("sealing without an action lists the four actions", async () => {
    const { output } = await admin("sealing");
    expect([...output.matchAll(/^ {2}([a-z][a-z-]+) {2,}[a-z]/gm)].map(([, action]) => action)).toEqual(
      SEALING_ACTIONS.slice(),
    );
  });
});

test("the table of gateways says in words how long ago each was seen and what it has not applied", () => {
  const of = { version: "0.4.0", started: new Date("2026-11-28T11:02:45Z"), seenAt: new Date("2026-11-29T12:00:02Z") };
  expect(
    gatewayTable([
      { ...of, name: "b", secondsAgo: 3, keysBehind: 0 },
      { ...of, name: "gateway-10:3001", secondsAgo: 119, keysBehind: 1 },
      { ...of, name: "c", secondsAgo: 130, keysBehind: 12 },
      { ...of, name: "d", secondsAgo: 0, keysBehind: null },
    ]),
  ).toEqual([
    "NAME             VERSION  STARTED (UTC)        LAST SEEN (UTC)                 CHANGES",
    "b                0.4.0    2026-11-28 11:02:45  2026-11-29 12:00:02, 3 s ago    up to date",
    "gateway-10:3001  0.4.0    2026-11-28 11:02:45  2026-11-29 12:00:02, 119 s ago  1 key behind",
    "c                0.4.0    2026-11-28 11:02:45  2026-11-29 12:00:02, 2 min ago  12 keys behind",
    "d                0.4.0    2026-11-28 11:02:45  2026-11-29 12:00:02, 0 s ago    none applied yet",
  ]);
});
