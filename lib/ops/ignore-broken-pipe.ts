/**
 * Promise: a process whose output nobody reads any more works on in silence. Without it a write to the broken pipe is an uncaught exception; Next
 * prints those, to the same pipe, and so on without an end, at a whole processor.
 */
export function ignoreBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}
