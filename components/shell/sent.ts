"use client";

let sent = false;

/** This page has asked for a change: what a page that follows says of changes is no longer certain. */
export const rememberSent = (): void => {
  sent = true;
};

export const wasSent = (): boolean => sent;
