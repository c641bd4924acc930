import { describe, expect, test } from "vitest";
import { asUser, serversIn } from "@/lib/platform/db/servers.mjs";

describe("a URL", () => {
  test.each([
    "postgres://u:p@a:5433/db",
    "postgresql://u@a/db?sslmode=require",
    "postgres:///db?host=/var/run/postgresql",
  ])("of one server is unchanged: %s", (url) => {
    expect(serversIn(url)).toEqual({ connectionString: url, servers: null });
  });

  test("of several servers names them in order, and keeps everything else", () => {
    expect(
      serversIn("postgresql://u:p%2Cq@a:1,b,[::1]:3/db?sslmode=verify-full&target_session_attrs=read-write"),
    ).toEqual({
      connectionString: "postgresql://u:p%2Cq@a:1/db?sslmode=verify-full",
      servers: [
        { host: "a", port: 1 },
        { host: "b", port: 5432 },
        { host: "::1", port: 3 },
      ],
    });
  });

  test("of one name that must lead to the primary requires that", () => {
    expect(serversIn("postgres://a/db?target_session_attrs=primary").servers).toEqual([{ host: "a", port: 5432 }]);
  });

  test.each([
    ["postgres://a,b/db", "must say target_session_attrs=read-write where it names several servers"],
    [
      "postgres://a,b/db?target_session_attrs=any",
      "must say target_session_attrs=read-write where it names several servers",
    ],
    [
      "postgres://a/db?target_session_attrs=standby",
      "must say target_session_attrs=read-write where it names several servers",
    ],
    ["postgres://a:1,:2/db?target_session_attrs=read-write", "must name each server as host:port, with commas between"],
    [
      "postgres://a:1,b:70000/db?target_session_attrs=read-write",
      "must name each server as host:port, with commas between",
    ],
    ["postgres://a,,b/db?target_session_attrs=read-write", "must name each server as host:port, with commas between"],
    [
      "postgres:///db?host=a,b&target_session_attrs=read-write",
      "must name its servers in front of the path, and not as ?host=",
    ],
    ["mysql://a/db", "must be a postgres:// URL"],
    ["postgres://", "must be a postgres:// URL"],
  ])("is refused: %s", (url, message) => {
    expect(() => serversIn(url)).toThrow(message);
  });
});

test("the same servers for another user", () => {
  const url = "postgres://owner:word@a:1,b:2/keys?target_session_attrs=read-write";
  expect(asUser(url, "countersign_app", "s3cret")).toBe(
    "postgres://countersign_app:s3cret@a:1,b:2/keys?target_session_attrs=read-write",
  );
  expect(asUser("postgres://localhost:5432/countersign", "r", "w")).toBe("postgres://r:w@localhost:5432/countersign");
});
