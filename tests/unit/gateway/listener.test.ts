import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { listen } from "@/lib/gateway/listener";

const WAIT = { timeout: 60_000 };

test("a port that another program holds is told once, and opens again when it is free", async () => {
  let lease = true;
  const tell = { shut: vi.fn(), opened: vi.fn(), failed: vi.fn() };
  let looks = 0;
  const hasLease = () => {
    looks++;
    return lease;
  };
  const server = createServer();
  const door = await listen(server, { host: "127.0.0.1", port: 0, hasLease, tell });
  onTestFinished(() => door.shut());
  for (const time of [1, 2]) {
    lease = false;
    await expect.poll(() => tell.shut.mock.calls.length, WAIT).toBe(time);
    const other = createTcpServer().listen(door.port, "127.0.0.1");
    await once(other, "listening");
    lease = true;
    const before = looks;
    await expect.poll(() => looks - before, WAIT).toBeGreaterThan(4);
    expect(tell.failed).toHaveBeenCalledTimes(time);
    await new Promise((resolve) => other.close(resolve));
    await expect.poll(() => tell.opened.mock.calls.length, WAIT).toBe(time);
  }
});
