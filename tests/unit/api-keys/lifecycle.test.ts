import { expect, test } from "vitest";
import {
  checkTransition,
  type DeactivationReason,
  retiresForGood,
  type Status,
  type Transition,
} from "@/lib/api-keys/lifecycle";

const number = 1042;

test.each<[Transition, Status]>([
  ["activate", "generated"],
  ["activate", "inactive"],
  ["edit-ips", "generated"],
  ["edit-ips", "active"],
  ["edit-ips", "inactive"],
  ["deactivate", "active"],
  ["deactivate-for-good", "active"],
  ["deactivate-for-good", "inactive"],
  ["retire", "generated"],
  ["retire", "inactive"],
])("%s changes a key that is %s", (change, status) => {
  expect(checkTransition(change, { status, number })).toBe("change");
});

test.each<[Transition, Status]>([
  ["deactivate", "inactive"],
  ["deactivate-for-good", "retired"],
  ["retire", "retired"],
])("%s on a key that is %s is done already, and changes nothing", (change, status) => {
  expect(checkTransition(change, { status, number })).toBe("done");
});

test.each<[Transition, Status, string]>([
  ["activate", "active", "key_already_active"],
  ["activate", "retired", "key_retired"],
  ["edit-ips", "retired", "key_retired"],
  ["deactivate", "generated", "key_not_active"],
  ["deactivate", "retired", "key_retired"],
  ["deactivate-for-good", "generated", "key_not_active"],
  ["retire", "active", "key_is_active"],
])("%s is refused on a key that is %s: %s, with its number", (change, status, code) => {
  expect(checkTransition(change, { status, number })).toEqual({ code, number });
});

test("no change makes a retired key anything else", () => {
  for (const change of ["activate", "edit-ips", "deactivate", "deactivate-for-good", "retire"] as const) {
    expect(checkTransition(change, { status: "retired", number })).not.toBe("change");
  }
});

test.each<[DeactivationReason, boolean]>([
  ["rotating", false],
  ["other", false],
  ["lost", true],
  ["compromised", true],
])("the reason %s retires permanently: %s", (reason, forGood) => {
  expect(retiresForGood(reason)).toBe(forGood);
});
