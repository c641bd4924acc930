import { describe, expect, test } from "vitest";
import { may, PERMISSIONS, type Permission, secondFactorOf } from "@/lib/access/permissions";
import type { Role } from "@/lib/access/roles";

const ROLES: Role[] = ["owner", "limits", "exchange", "view", "restricted"];

/** The whole table, written a second time, so that every change to it must be made twice. */
const EXPECTED: Record<Permission, { roles: Role[]; secondFactor: string }> = {
  "merchant:read": { roles: ["owner", "limits", "exchange", "view"], secondFactor: "none" },
  "api-key:read": { roles: ["owner"], secondFactor: "none" },
  "api-key:generate": { roles: ["owner"], secondFactor: "code" },
  "api-key:activate": { roles: ["owner"], secondFactor: "code" },
  "api-key:edit-ips": { roles: ["owner"], secondFactor: "code" },
  "api-key:deactivate": { roles: ["owner"], secondFactor: "code-or-password" },
  "api-key:retire": { roles: ["owner"], secondFactor: "code" },
  "api-key:note": { roles: ["owner"], secondFactor: "code" },
  "api-key:rotate": { roles: ["owner"], secondFactor: "code" },
  "api-key:take-over": { roles: ["owner"], secondFactor: "code" },
  "api-key:cancel-rotation": { roles: ["owner"], secondFactor: "code" },
  "team:read": { roles: ["owner"], secondFactor: "none" },
  "team:invite": { roles: ["owner"], secondFactor: "code" },
  "team:change-role": { roles: ["owner"], secondFactor: "code" },
  "team:remove": { roles: ["owner"], secondFactor: "code" },
  "activity:read": { roles: ["owner"], secondFactor: "none" },
};

describe("permissions", () => {
  test("the table is complete: each permission has a rule, and there are no unintended ones", () => {
    expect([...PERMISSIONS].sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  test.each(PERMISSIONS.flatMap((permission) => ROLES.map((role) => ({ permission, role }))))(
    "$role at $permission matches the table",
    ({ permission, role }) => {
      expect(may(role, permission)).toBe(EXPECTED[permission].roles.includes(role));
    },
  );

  test.each(PERMISSIONS)("Restricted is refused %s", (permission) => {
    expect(may("restricted", permission)).toBe(false);
  });

  test.each(PERMISSIONS.filter((permission) => permission.startsWith("api-key:")))(
    "only an Owner may do %s",
    (permission) => {
      expect(ROLES.filter((role) => may(role, permission))).toEqual(["owner"]);
    },
  );

  test.each(PERMISSIONS)("%s takes the intended second factor", (permission) => {
    expect(secondFactorOf(permission)).toBe(EXPECTED[permission].secondFactor);
  });

  test("every change needs a second factor", () => {
    const changes = PERMISSIONS.filter((permission) => !permission.endsWith(":read"));
    expect(changes.filter((permission) => secondFactorOf(permission) === "none")).toEqual([]);
  });

  test("a password is refused in place of a code for everything but deactivation", () => {
    expect(PERMISSIONS.filter((permission) => secondFactorOf(permission) === "code-or-password")).toEqual([
      "api-key:deactivate",
    ]);
  });
});
