import { describe, expect, test } from "vitest";
import { abilitiesOf } from "@/lib/access/abilities";
import { may } from "@/lib/access/permissions";
import { isOwner, isRestricted, type Role, roleDescription, roleLabel } from "@/lib/access/roles";

const ROLES: Role[] = ["owner", "limits", "exchange", "view", "restricted"];
const refusedTo = (role: Role) =>
  abilitiesOf(role)
    .filter(({ allowed }) => !allowed)
    .map(({ label, answer }) => `${label}: ${answer}`);

describe("what a role may do, in words", () => {
  test("an Owner sees that only Support grants or removes the Owner role", () => {
    expect(refusedTo("owner")).toEqual(["Give or take the Owner role: Support only"]);
  });

  test("View sees which role each refused action needs", () => {
    expect(refusedTo("view")).toEqual([
      "Exchange: Needs Exchange or Owner",
      "Change limits: Needs Limits or Owner",
      "See and manage API keys: Needs Owner",
      "Add users and change their roles: Needs Owner",
    ]);
  });

  test.each(ROLES)("%s reads nothing about API keys that the permissions deny", (role) => {
    const line = abilitiesOf(role).find(({ label }) => label.includes("API keys"));
    expect(line?.allowed).toBe(may(role, "api-key:generate"));
  });

  test("Restricted is refused everything", () => {
    expect(abilitiesOf("restricted").filter(({ allowed }) => allowed)).toEqual([]);
  });

  test.each(["limits", "exchange", "view", "restricted"] as const)(
    "%s is not shown what only Owners may see",
    (role) => {
      expect(abilitiesOf(role).map(({ label }) => label)).not.toContain(
        "Callbacks, bank accounts, cold addresses, withdrawals",
      );
    },
  );

  test("every role has a label and a sentence that says who can change it", () => {
    for (const role of ROLES) expect(roleDescription(role)).toContain(roleLabel(role));
    expect(ROLES.filter(isOwner)).toEqual(["owner"]);
    expect(ROLES.filter(isRestricted)).toEqual(["restricted"]);
  });
});
