const CHANNEL = "countersign:log-out";

/** Tells the other tabs of this browser that the session ends. */
export function announceLogOut(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}

/** Calls back when another tab logs out; answers how to stop listening. */
export function onLogOut(callback: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = callback;
  return () => channel.close();
}
