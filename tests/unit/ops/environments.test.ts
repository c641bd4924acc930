import { describe, expect, test } from "vitest";
import { environmentOf, withoutOwnVariables } from "@/lib/ops/environments.mjs";
import { newKeys } from "@/lib/ops/keys.mjs";
import type { Role } from "@/lib/ops/postgres/role-limits.mjs";
import { roleSql, scramVerifier } from "@/lib/ops/postgres/roles.mjs";

const values = {
  ...newKeys(),
  DATABASE_URL: "postgres://owner",
  APP_DATABASE_URL: "postgres://app",
  GATEWAY_DATABASE_URL: "postgres://gateway",
  SUPPORT_DATABASE_URL: "postgres://support",
  AWS_SECRET_ACCESS_KEY: "somebody else's",
  PATH: "/usr/bin",
};

describe("each process gets its own variables and no others", () => {
  test.each(["dashboard", "worker", "migrate", "build", "seed", "admin"] as const)(
    "the private key does not reach: %s",
    (name) => {
      expect(JSON.stringify(environmentOf(name, values))).not.toContain(values.SEALING_PRIVATE_KEYS);
    },
  );

  test.each(["dashboard", "worker", "gateway", "build", "seed", "admin"] as const)(
    "the owner's database URL does not reach: %s",
    (name) => {
      expect(Object.values(environmentOf(name, values))).not.toContain(values.DATABASE_URL);
    },
  );

  test("the gateway gets neither the dashboard's secrets nor its database role", () => {
    const given = Object.values(environmentOf("gateway", values));
    for (const name of ["NEXTAUTH_SECRET", "TOTP_KEYS", "APP_DATABASE_URL", "SUPPORT_DATABASE_URL"] as const) {
      expect(given).not.toContain(values[name]);
    }
    expect(given).toContain(values.SEALING_PRIVATE_KEYS);
  });

  test("the worker cannot log a user in, nor read a TOTP seed", () => {
    const given = Object.values(environmentOf("worker", values));
    for (const name of ["NEXTAUTH_SECRET", "TOTP_KEYS", "GATEWAY_DATABASE_URL"] as const)
      expect(given).not.toContain(values[name]);
  });

  test("a secret of another program in the same shell reaches none of them", () => {
    for (const name of ["dashboard", "worker", "gateway", "build"] as const) {
      expect(environmentOf(name, values)).not.toHaveProperty("AWS_SECRET_ACCESS_KEY");
    }
  });

  test("tests are run without the installation's variables, and keep the rest", () => {
    expect(withoutOwnVariables(values)).toEqual({ AWS_SECRET_ACCESS_KEY: "somebody else's", PATH: "/usr/bin" });
  });
});

describe("the SQL for a database administrator", () => {
  const sql = (role: Role) => roleSql(role, "the-password").join(";\n");

  test.each<Role>(["countersign_app", "countersign_gateway", "countersign_support"])(
    "%s can log in, and nothing more",
    (role) => {
      expect(sql(role)).toContain(
        `CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS`,
      );
    },
  );

  test("contains no password", () => {
    expect(sql("countersign_app")).not.toContain("the-password");
  });

  test("ends an idle transaction of the dashboard's after 5 s", () => {
    expect(sql("countersign_app")).toContain(
      "ALTER ROLE countersign_app SET idle_in_transaction_session_timeout = '5s'",
    );
  });

  test("contains the verifier of RFC 7677's example", () => {
    const verifier = scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"), 4096);
    expect(verifier).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });
});
