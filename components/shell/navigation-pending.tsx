"use client";

import { useNavigating } from "@/components/ui/navigating";

/** While the next page is on its way: a line across the top, what is shown is paler (globals.css), and it is said once it takes a while. */
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
