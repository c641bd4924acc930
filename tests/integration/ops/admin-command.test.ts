import { describe, expect, test } from "vitest";
import { listActivity } from "@/lib/audit/queries";
import { db } from "@/lib/platform/db/db";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { listGateways } from "@/lib/support/operator/queries";
import { adminInProcess as admin, adminCommand, OPERATOR, operatorEvents, stateSnapshot } from "../../kit/admin";
import { activated, asDatabaseOwner, eventsOf, generated, storedKey } from "../../kit/people/api-keys";
import { makeMember, makeOwner } from "../../kit/people/people";

const asProcess = adminCommand();
const COMMANDS = [
  ...[
    "create-merchant",
    "grant-owner",
    "take-owner",
    "reset-2fa",
    "reset-password",
    "disable-user",
    "enable-user",
    "retire-key",
  ],
];

/** The two commands for a leak have their own tests (retire-keys, sealing rotate). */
const ALL = [...COMMANDS, "retire-keys", "sealing"];

describe("help", () => {
  test.each([["--help"], ["-h"], ["help"]])("%s lists every command and the exit codes, and exits 0", async (word) => {
    const { code, output } = await admin(word);
    expect(code).toBe(0);
    for (const command of ALL) expect(output).toContain(`  ${command} `);
    expect(output).toContain("Exit codes: 0 done, 1 refused or not confirmed, 2 not understood.");
  });

  test.each(ALL)("%s --help says what it does and what it takes, and exits 0", async (command) => {
    for (const args of [
      [command, "--help"],
      [command, "-h"],
    ]) {
      const { code, output } = await admin(...args);
      expect([code, output]).toEqual([0, expect.stringContaining(`Usage: npm run admin -- ${command} `)]);
      expect(output).toContain("--yes");
    }
  });
});

describe("gateways", () => {
  test("needs no confirmation, and lists none where none has written its row", async () => {
    expect(await admin("gateways")).toEqual({ code: 0, output: "No gateway is running.\n" });
  });

  test("says of each when it was last seen, how long ago, and how many keys have a change that it has not applied", async () => {
    const owner = await makeOwner();
    await activated(owner);
    await asDatabaseOwner(`INSERT INTO gateways (id, name, version, started, seen_at, applied) VALUES
      (gen_random_uuid(), 'behind', '0.2.0', now(), '2026-11-29 12:00:01Z', pg_current_snapshot())`);
    await generated(owner);
    await asDatabaseOwner(`INSERT INTO gateways (id, name, version, started, seen_at, applied) VALUES
      (gen_random_uuid(), 'current', '0.2.0', now(), now() + interval '1 hour', pg_current_snapshot()),
      (gen_random_uuid(), 'new', '0.2.0', now(), now(), NULL),
      (gen_random_uuid(), 'other server', '0.2.0', now(), now(), '90000000000000:90000000000000:')`);
    const listed = await listGateways();
    await asDatabaseOwner("DELETE FROM gateways");
    expect(listed.map(({ name, keysBehind }) => [name, keysBehind])).toEqual([
      ["behind", 1],
      ["current", 0],
      ["new", null],
      ["other server", null],
    ]);
    const [behind, current] = listed;
    expect(behind?.seenAt).toEqual(new Date("2026-11-29T12:00:01Z"));
    expect(behind?.secondsAgo).toBeGreaterThan(600);
    // Seen after this machine's own time: not "-3600 s ago".
    expect(current?.secondsAgo).toBe(0);
  });

  test("prints it", async () => {
    await asDatabaseOwner(
      `INSERT INTO gateways (id, name, version, started) VALUES (gen_random_uuid(), 'a', '0.4.0', now())`,
    );
    const { code, output } = await admin("gateways");
    await asDatabaseOwner("DELETE FROM gateways");
    expect([code, output]).toEqual([0, expect.stringMatching(/^NAME .*CHANGES\na .* ago +none applied yet\n$/)]);
  });

  test("is in the help, and refuses words", async () => {
    expect((await admin("--help")).output).toContain("  gateways ");
    expect(await admin("gateways", "--help")).toMatchObject({
      code: 0,
      output: expect.stringContaining("Usage: npm run admin -- gateways"),
    });
    expect((await admin("gateways", "all")).code).toBe(2);
  });
});

describe("an invalid command exits 2, prints the usage and changes nothing", () => {
  test.each<string[][]>([
    [[]],
    [["retire"]],
    [["--yes"]],
    [["retire-key"]],
    [["retire-key", "1001", "1002", "--reason", "lost"]],
    [["retire-key", "1001"]],
    [["retire-key", "1001", "--reason", "bored"]],
    [["retire-key", "first", "--reason", "lost"]],
    [["retire-key", "1001", "--force"]],
    [["retire-key", "1001", "--reason"]],
    [["grant-owner", "20001"]],
    [["grant-owner", "20001", "nobody"]],
    [["grant-owner", "-1", "a@b.example"]],
    [["grant-owner", "99999999999", "a@b.example"]],
    [["take-owner", "20001", "a@b.example", "--role", "owner"]],
    [["create-merchant", "   ", "a@b.example"]],
    [["create-merchant", "Name", "a@b"]],
    [["disable-user", "not an e-mail"]],
    [["retire-keys"]],
    [["sealing"]],
    [["sealing", "rotate"]],
  ])("%j", async (args) => {
    const { number } = await generated(await makeOwner());
    const before = await stateSnapshot();
    const { code, output } = await admin(
      ...args.map((word) => (word === "1001" ? String(number) : word)),
      ...(args.length > 1 ? ["--yes"] : []),
    );
    expect(code).toBe(2);
    expect(output.length).toBeGreaterThan(10);
    expect(output).not.toContain("    at ");
    expect(await stateSnapshot()).toBe(before);
  });
});

test("a reason that is none is called that, and one that was not given is asked for", async () => {
  expect((await admin("retire-key", "1001", "--reason", "foo")).output).toBe(
    '"foo" is not a reason. It is one of unwanted, lost, compromised.\n',
  );
  expect((await admin("retire-key", "1001")).output).toBe(
    "--reason is needed. It is one of unwanted, lost, compromised.\n",
  );
});

/** Every command with valid arguments, for a new Owner. */
async function rightWords(): Promise<Record<string, string[]>> {
  const owner = await makeOwner();
  const member = await makeMember("owner", owner.merchantId);
  const other = await makeMember("view", owner.merchantId);
  const { number: key } = await generated(owner);
  const { number } = await db().merchant.findUniqueOrThrow({
    where: { id: owner.merchantId },
    select: { number: true },
  });
  const gone = await makeMember("view", owner.merchantId);
  await db().user.update({ where: { id: gone.userId }, data: { disabledAt: new Date() }, select: { id: true } });
  return {
    "create-merchant": ["Nobody's", "nobody@new.example"],
    "grant-owner": [String(number), other.email],
    "take-owner": [String(number), member.email],
    "reset-2fa": [other.email],
    "reset-password": [other.email],
    "disable-user": [other.email],
    "enable-user": [gone.email],
    "retire-key": [String(key), "--reason", "unwanted"],
  };
}

test.each(COMMANDS)(
  "%s without --yes and without a terminal says what it would do, is refused and changes nothing",
  async (command) => {
    const words = (await rightWords())[command] ?? [];
    const before = await stateSnapshot();
    const { code, output } = await admin(command, ...words);
    expect(code).toBe(1);
    expect(output).toContain("there is no terminal to ask on. Add --yes. Nothing was changed.");
    expect(await stateSnapshot()).toBe(before);
  },
);

test.each(COMMANDS)("no event, no change: %s changes nothing where its event cannot be written", async (command) => {
  const words = (await rightWords())[command] ?? [];
  await asDatabaseOwner(
    "ALTER TABLE audit_events ADD CONSTRAINT no_operators CHECK (actor_kind <> 'operator') NOT VALID",
  );
  try {
    const before = await stateSnapshot();
    await expect(admin(command, ...words, "--yes")).rejects.toThrow("no_operators");
    expect(await stateSnapshot()).toBe(before);
  } finally {
    await asDatabaseOwner("ALTER TABLE audit_events DROP CONSTRAINT no_operators");
  }
});

test("the merchant's Owners can read what an operator did, with the operator's name", async () => {
  const words = await rightWords();
  const { merchantId, number } = await db().apiKey.findFirstOrThrow({
    orderBy: { number: "desc" },
    select: { merchantId: true, number: true },
  });
  for (const command of COMMANDS.slice(1)) {
    const { code } = await admin(command, ...(words[command] ?? []), "--yes");
    expect([command, code]).toEqual([command, 0]);
  }
  const { events } = await listActivity(merchantId, { before: null, group: null });
  const told = events.filter(({ who }) => who.tag === "Operator");
  expect(told.map(({ words: { what } }) => what.replace(/\S+@\S+/, "…"))).toEqual([
    `Key ${number} retired: no longer wanted`,
    ...[
      "… enabled again",
      "… disabled",
      "Password of … reset",
      "2FA of … reset",
      "Owner role removed from …",
      "Owner role given to …",
    ],
  ]);
  for (const { who, from } of told) expect([who.name, from.place]).toEqual([`Operator ${OPERATOR}`, "On the server"]);
});

describe("as a process of its own", () => {
  test("help exits 0 and needs no database, an invalid command exits 2, a refused one 1, a successful one 0", async () => {
    const owner = await makeOwner();
    const { number } = await generated(owner);
    const retire = ["retire-key", String(number), "--reason", "unwanted"];
    // One of each kind. The tests above, and those under "retire-key" below, cover the other
    // cases.
    const runs = [["--help"], ["retire"], retire];
    const codes = await Promise.all(runs.map(async (args) => (await asProcess(...args)).code));
    expect(codes).toEqual([0, 2, 1]);
    expect((await asProcess(...retire, "--yes")).code).toBe(0);
    expect((await operatorEvents()).at(-1)).toMatchObject({ event: "api_key.retired", data: { operator: OPERATOR } });
  });

  test("the right answer from a pipe instead of a terminal does not confirm", async () => {
    const words = (await rightWords())["disable-user"] ?? [];
    const before = await stateSnapshot();
    expect((await asProcess("disable-user", ...words)).code).toBe(1);
    expect(await stateSnapshot()).toBe(before);
  });
});

describe("retire-key", () => {
  test.each(["lost", "compromised", "unwanted"])(
    "an active key (%s) is deactivated first, and the command returns when no gateway accepts it",
    async (reason) => {
      const owner = await makeOwner();
      const { id, number } = await activated(owner);
      const { code, output } = await admin("retire-key", String(number), "--reason", reason, "--yes");
      expect([code, output]).toEqual([
        0,
        expect.stringContaining(`Key ${number} is retired. All gateways have refused it since`),
      ]);
      expect(output).toContain(
        "We waited 1.2 seconds: a gateway that has not heard of a change by then accepts no key.",
      );
      const key = await storedKey(id);
      expect(key).toMatchObject({ status: "retired", retirementReason: reason, retiredBy: null, deactivatedBy: null });
      const waited = Number(key.refusedEverywhereAt) - Number(key.deactivatedAt);
      expect(waited).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
      expect((await eventsOf(id)).filter((event) => /deactivated|retired|refused/.test(event)).sort()).toEqual([
        ...["api_key.deactivated", "api_key.refused_everywhere", "api_key.retired"],
      ]);
      expect((await operatorEvents()).filter(({ apiKeyId }) => apiKeyId === id)).toHaveLength(3);
      expect(
        await db().outboxMail.count({
          where: { recipient: owner.email, template: { in: ["key_deactivated", "key_retired"] } },
        }),
      ).toBeGreaterThan(0);
    },
  );

  test("a key that was never active is retired without a wait; a repeat succeeds and changes nothing", async () => {
    const owner = await makeOwner();
    const { id, number } = await generated(owner);
    expect((await admin("retire-key", String(number), "--reason", "unwanted", "--yes")).code).toBe(0);
    expect(await storedKey(id)).toMatchObject({ status: "retired", deactivatedAt: null });
    const before = await stateSnapshot();
    expect((await admin("retire-key", String(number), "--reason", "lost", "--yes")).code).toBe(0);
    expect(await stateSnapshot()).toBe(before);
  });

  test("a key that does not exist is refused", async () => {
    expect(await admin("retire-key", "999999", "--reason", "lost", "--yes")).toMatchObject({
      code: 1,
      output: "There is no key 999999.\n",
    });
  });
});
