/**
 * Promise: a process whose output nobody reads any more keeps working silently. Otherwise a write
 * to the broken pipe is an uncaught exception, which Next prints to the same pipe, in an endless
 * loop that uses a whole processor.
 */
export function ignoreBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}
