"use client";

let sent = false;

/**
 * Records that this page has sent a change. An error page can then no longer say "nothing was
 * changed".
 */
export const rememberSent = (): void => {
  sent = true;
};

export const wasSent = (): boolean => sent;
