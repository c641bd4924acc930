"use client";

import { useEffect } from "react";

/** While `held`, leaving the page warns: closing or reloading asks first, and Back stays, once, where the browser lets it. */
export function useLeavingWarning(held: boolean): void {
  useEffect(() => {
    if (!held) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    const stay = (event: NavigateEvent) => {
      if (event.cancelable && event.navigationType === "traverse") event.preventDefault();
    };
    const navigation = "navigation" in window ? window.navigation : null;
    addEventListener("beforeunload", ask);
    navigation?.addEventListener("navigate", stay);
    return () => {
      removeEventListener("beforeunload", ask);
      navigation?.removeEventListener("navigate", stay);
    };
  }, [held]);
}
