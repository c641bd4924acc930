"use client";

import { WifiOff } from "lucide-react";
import { Button } from "@/components/ui/button";
import { tellOffline, useOffline } from "@/components/ui/online";

/** Below everything while there is no connection; a press on a link says it again. Gone by itself when the connection is back. */
export function Offline() {
  const offline = useOffline();
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-0 z-20 flex justify-center p-4">
      {offline > 0 && (
        <div
          key={offline}
          className="pointer-events-auto flex flex-wrap items-center gap-x-4 gap-y-2 rounded-sheet border border-line-strong bg-raised py-2.5 pr-2.5 pl-4 shadow-menu"
        >
          <WifiOff aria-hidden size={16} strokeWidth={1.75} className="text-ink-2" />
          <p>
            <b className="font-[620]">You are offline.</b> Nothing was sent.
          </p>
          <Button onClick={() => void tryAgain()}>Try again</Button>
        </div>
      )}
    </div>
  );
}

/** Only a server that answers is worth leaving this page for. */
const tryAgain = () => fetch("/api/health", { cache: "no-store" }).then(() => location.reload(), tellOffline);
