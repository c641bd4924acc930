import { expect, test } from "vitest";
import { reasonOf } from "@/lib/ops/cannot-listen";

const settings = {
  ports: { METRICS_PORT: undefined, GATEWAY_PORT: 3001, AUTHORIZE_PORT: 3002 },
  host: "db",
  command: "npm run gateway",
};
const failed = (code: string, syscall: string, port?: number) =>
  Object.assign(new Error(`${syscall} ${code}`), port ? { code, syscall, port } : { code, syscall });

test("a port that cannot be opened is reported by its own variable", () => {
  expect(reasonOf(failed("EACCES", "listen", 3002), settings)).toMatch(
    /^Port 3002 .*AUTHORIZE_PORT=6002 npm run gateway$/,
  );
});

test("a host that cannot be resolved is never reported as a port that is not set", () => {
  expect(reasonOf(failed("EAI_AGAIN", "getaddrinfo"), settings)).toBe(
    "Port 3001 (GATEWAY_PORT) cannot be opened: getaddrinfo EAI_AGAIN",
  );
});

test("any other error is not reported this way", () => {
  expect(reasonOf(failed("ENOENT", "open"), settings)).toBeNull();
  expect(reasonOf(undefined, settings)).toBeNull();
});
