import { expect, test } from "vitest";
import { gatewayAddress } from "@/lib/words/integration/gateway-address";

test.each([
  ["https://gateway.example", "gateway.example", "443", true],
  ["http://gateway.example:3001", "gateway.example", "3001", true],
  ["http://127.0.0.1:3001", "127.0.0.1", "3001", false],
  ["http://[::1]", "::1", "80", false],
])("%s: only the addresses of a name can change", (url, host, port, isName) =>
  expect(gatewayAddress(url)).toEqual({ base: `${url}/api/v2/`, host, port, isName }),
);
