// Preloaded (node --import) into every Node process that the set-up starts. When the parent is
// gone, even by kill -9, the IPC channel to it closes, and the process ends its whole group:
// SIGTERM first, SIGKILL after 6 s. If the parent was gone before this process began, it ends at
// once. Processes that this one starts inherit the flag, but not the channel.
const parent = process.env.COUNTERSIGN_PARENT;
if (parent) {
  delete process.env.COUNTERSIGN_PARENT;
  if (!process.channel || parent !== String(process.ppid)) process.exit(1);
  process.once("disconnect", () => {
    endGroup("SIGTERM");
    setTimeout(() => endGroup("SIGKILL"), 6_000).unref();
  });
  process.channel.unref();
}

/** Each process is started as the leader of its own group. @param {NodeJS.Signals} signal */
function endGroup(signal) {
  try {
    process.kill(-process.pid, signal);
  } catch {
    process.kill(process.pid, signal);
  }
}
