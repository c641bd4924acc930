import { expect, test } from "vitest";
import { memoryFolder } from "../../runner/memory-folder";

const GB = 1024 ** 3;
const mounted = (options: string) => `/dev/vda / ext4 rw,relatime 0 0\ntmpfs /dev/shm tmpfs ${options} 0 0\n`;

test("the tests' database is in memory where that has room", () => {
  expect(memoryFolder(mounted("rw,nosuid,nodev,relatime"), () => 16 * GB)).toBe("/dev/shm");
});

test.each([
  ["memory is small", mounted("rw,relatime"), 4 * GB],
  ["no program may run there, as in most containers", mounted("rw,nosuid,nodev,noexec,relatime"), 16 * GB],
  ["it cannot be written to", mounted("ro,relatime"), 16 * GB],
  ["the system has no such folder", "/dev/vda / ext4 rw,relatime 0 0\n", 16 * GB],
])("it is on the disk where %s", (_, mounts, bytes) => {
  expect(memoryFolder(mounts, () => bytes)).toBeUndefined();
});
