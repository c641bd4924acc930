// Preloaded (node --import) into every process that the set-up starts: when the parent is gone, even by kill -9, the channel
// to it closes and the process ends, first politely.
if (process.channel) {
  process.channel.unref();
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 6_000).unref();
  });
}
