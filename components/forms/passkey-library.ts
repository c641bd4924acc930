"use client";

/** Fetched only when a passkey is needed. Null if its file cannot be loaded. */
export const passkeyLibrary = () => import("@simplewebauthn/browser").catch(() => null);
