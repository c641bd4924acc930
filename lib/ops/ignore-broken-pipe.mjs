/**
 * Promise: a process whose output nobody reads any more, or goes to a disk that is full, keeps
 * working silently. Otherwise the write is an uncaught exception: a command ends in a stack trace
 * halfway through its work, and Next prints the exception to the same pipe, in an endless loop that
 * uses a whole processor.
 */
export function ignoreBrokenPipe() {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}
