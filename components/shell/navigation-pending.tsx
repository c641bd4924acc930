"use client";

import { useNavigating } from "@/components/ui/navigating";

/**
 * While the next page loads, a line runs across the top, the current page fades (globals.css),
 * and "Loading…" is announced.
 */
export const NavigationPending = () => {
  const navigating = useNavigating();
  return (
    <div role="status">
      {navigating && (
        <div data-navigating="" className="navigating">
          <span className="sr-only">Loading…</span>
        </div>
      )}
    </div>
  );
};
