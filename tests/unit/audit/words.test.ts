import { describe, expect, test } from "vitest";
import type { EventFacts, Group } from "@/lib/audit/describe";
import { addresses, listOf, textOf } from "@/lib/audit/describe";
import { EVENTS } from "@/lib/audit/events";
import { eventsIn, readGroup, wordsOf } from "@/lib/words/audit/words";

const GROUPS: Group[] = ["keys", "people", "logins", "support"];
const told = (data: EventFacts["data"] = {}): EventFacts => ({
  key: "key 1042",
  person: "mara@nordwind.example",
  data,
});
const said = (event: string, data?: EventFacts["data"]) => {
  const { what, detail = [], proof = "" } = wordsOf(event, told(data));
  return [what, ...detail.map((part) => (typeof part === "string" ? part : part.ip)), proof].join(" | ");
};

describe("every event", () => {
  test.each(EVENTS)("%s is a sentence a person reads, also where nothing was written with it", (event) => {
    for (const data of [
      {},
      {
        number: 1042,
        reason: "lost",
        role: "view",
        before: "view",
        after: "limits",
        name: "Nordwind",
        part: "keys",
        count: 2,
      },
    ]) {
      const words = said(event, data);
      expect(words).toMatch(/^[A-Z0-9a-z].{5,}/);
      expect(words).not.toMatch(/undefined|null|NaN|\[object|!|\u2014|[a-z]+\.[a-z]+_/);
    }
  });

  test.each(EVENTS)("%s appears under exactly one filter", (event) => {
    expect(GROUPS.filter((group) => eventsIn(group).includes(event))).toHaveLength(1);
  });

  test("no filter shows an event that is never recorded", () => {
    expect(GROUPS.flatMap(eventsIn).sort()).toEqual([...EVENTS].sort());
  });
});

test("an email appears in a sentence unchanged, also at its beginning", () => {
  for (const event of EVENTS) expect(said(event, { role: "view" }), event).not.toContain("Mara@");
  expect(said("team.removed", { role: "view" })).toMatch(/^mara@nordwind\.example removed/);
  expect(said("user.disabled")).toMatch(/^mara@nordwind\.example disabled/);
  expect(wordsOf("team.removed", { ...told(), person: "somebody" }).what).toBe("Somebody removed");
});

describe("data stored with an event is displayed as text only", () => {
  test.each([7, null, undefined, {}, ["a"], true])("%j is not text", (value) => {
    expect(textOf(value)).toBe("");
  });

  test("a list contains only its texts", () => {
    expect(listOf(["203.0.113.7", 7, null, "2001:db8::1"])).toEqual(["203.0.113.7", "2001:db8::1"]);
    expect(listOf("203.0.113.7")).toEqual([]);
  });

  test.each(["toString", "__proto__", "constructor", "hasOwnProperty"])(
    "an event or a filter called %s has no words",
    (name) => {
      expect(wordsOf(name, told())).toEqual({ what: name, icon: "person" });
      expect(readGroup(name)).toBeNull();
    },
  );

  test("an unknown reason is not repeated", () => {
    expect(said("api_key.retired", { reason: "<script>" })).toContain("no reason given");
    expect(said("login.refused", { reason: "<script>" })).not.toContain("script");
  });
});

test.each([
  [{}, "2FA code"],
  [{ proof: "passkey" }, "passkey"],
  [{ proof: "password" }, "password, while 2FA codes were locked"],
])("a change confirmed with %j says so", (data, proof) => {
  for (const event of [
    "api_key.generated",
    "api_key.activated",
    "api_key.deactivated",
    "api_key.retired",
    "team.invited",
    "team.removed",
  ])
    expect(wordsOf(event, told(data)).proof, event).toBe(proof);
});

test("addresses read as a sentence", () => {
  expect(addresses([])).toEqual([]);
  expect(addresses(["a"])).toEqual([{ ip: "a" }]);
  expect(addresses(["a", "b", "c"])).toEqual([{ ip: "a" }, ", ", { ip: "b" }, " and ", { ip: "c" }]);
});

test("a change of addresses says what was added, what was removed, and when any is accepted", () => {
  expect(said("api_key.ips_changed", { before: ["a"], after: ["a", "b"], status: "active" })).toContain("Added  | b");
  expect(said("api_key.ips_changed", { before: ["a", "b"], after: ["b"], status: "inactive" })).toContain(
    "Removed  | a",
  );
  expect(said("api_key.ips_changed", { before: ["a"], after: [], status: "active" })).toContain(
    "any address is now accepted",
  );
});
