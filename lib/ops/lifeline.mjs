// Preloaded (node --import) into every process that the set-up starts: when the parent is gone, even by kill -9, the channel
// to it closes and the process ends, first politely. Processes that this one starts inherit the flag, but not the channel.
if (process.channel && process.env.COUNTERSIGN_PARENT === String(process.ppid)) {
  delete process.env.COUNTERSIGN_PARENT;
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 6_000).unref();
  });
  process.channel.unref();
}
