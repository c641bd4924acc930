"use client";

import { WifiOff } from "lucide-react";
import { Button } from "@/components/ui/button";
import { reportOffline, useOffline } from "@/components/ui/online";

/**
 * A notice at the bottom while there is no connection. Pressing a link announces it again. It
 * disappears by itself when the connection is back.
 */
export function Offline() {
  const offline = useOffline();
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-0 z-20 flex justify-center p-4">
      {offline > 0 && (
        <div
          key={offline}
          className="pointer-events-auto flex flex-wrap items-center gap-x-4 gap-y-2 rounded-card border border-border-strong bg-raised py-2.5 pr-2.5 pl-4 shadow-menu"
        >
          <WifiOff aria-hidden size={16} strokeWidth={1.75} className="text-muted-foreground" />
          <p>
            <b className="font-[620]">You are offline.</b> Nothing was sent.
          </p>
          <Button onClick={() => void tryAgain()}>Try again</Button>
        </div>
      )}
    </div>
  );
}

/** Leaves this page only if the server replies. */
const tryAgain = () => fetch("/api/health", { cache: "no-store" }).then(() => location.reload(), reportOffline);
