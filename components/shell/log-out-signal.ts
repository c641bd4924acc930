const CHANNEL = "countersign:log-out";

/** Tells the browser's other tabs that the session ends. */
export function announceLogOut(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}

/** Calls back when another tab logs out. Returns a function that stops listening. */
export function onLogOut(callback: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = callback;
  return () => channel.close();
}
