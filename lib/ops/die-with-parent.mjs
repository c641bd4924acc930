// Preloaded (node --import) into every process that the set-up starts: when the parent is gone, even by kill -9, the channel
// to it closes, and the process ends with all of its group, first politely. What this process starts inherits the flag, but
// not the channel.
if (process.channel && process.env.COUNTERSIGN_PARENT === String(process.ppid)) {
  delete process.env.COUNTERSIGN_PARENT;
  process.once("disconnect", () => {
    endGroup("SIGTERM");
    setTimeout(() => endGroup("SIGKILL"), 6_000).unref();
  });
  process.channel.unref();
}

/** Each is started as the leader of a group of its own. @param {NodeJS.Signals} signal */
function endGroup(signal) {
  try {
    process.kill(-process.pid, signal);
  } catch {
    process.kill(process.pid, signal);
  }
}
