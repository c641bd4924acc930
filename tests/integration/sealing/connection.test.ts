import { expect, test } from "vitest";
import { onConnection } from "@/lib/gateway/sealing/connection";

test("the server ends the command's connection if its machine vanished, however long an operator may take to answer", async () => {
  const [set] = await onConnection(process.env.GATEWAY_DATABASE_URL as string, (query) =>
    query<{ idle_session_timeout: string }>("SHOW idle_session_timeout"),
  );
  expect(set?.idle_session_timeout).toBe("10min");
});
