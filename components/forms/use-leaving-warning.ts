"use client";

import { useEffect, useState } from "react";

/**
 * While `held`, leaving the page warns: closing or reloading asks first, and Back is blocked if
 * the browser allows it. Returns whether Back was blocked.
 */
export function useLeavingWarning(held: boolean): boolean {
  const [stayed, setStayed] = useState(false);
  useEffect(() => {
    if (!held) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    const stay = (event: NavigateEvent) => {
      if (!event.cancelable || event.navigationType !== "traverse") return;
      event.preventDefault();
      setStayed(true);
    };
    const navigation = "navigation" in window ? window.navigation : null;
    addEventListener("beforeunload", ask);
    navigation?.addEventListener("navigate", stay);
    return () => {
      removeEventListener("beforeunload", ask);
      navigation?.removeEventListener("navigate", stay);
    };
  }, [held]);
  return stayed;
}
