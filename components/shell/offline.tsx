"use client";

import { RefreshCw, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { reportNotLoaded, useNotLoaded } from "@/components/ui/not-loaded";
import { reportOffline, useOffline } from "@/components/ui/online";

/**
 * A notice at the bottom while there is no connection, or if a part of the page could not be
 * loaded. Pressing what needs it announces it again. That of the connection disappears by itself
 * when it is back.
 */
export function Offline() {
  const [offline, notLoaded] = [useOffline(), useNotLoaded()];
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-0 z-20 flex justify-center p-4">
      {offline > 0 ? (
        <Notice
          key={offline}
          icon={<Icon of={WifiOff} className="shrink-0 text-muted-foreground" />}
          verb="Try again"
          onPress={() => void reloadIf(reportOffline)}
        >
          <b className="font-[620]">You are offline.</b> Nothing was sent.
        </Notice>
      ) : (
        notLoaded > 0 && (
          <Notice
            key={notLoaded}
            icon={<Icon of={RefreshCw} className="shrink-0 text-muted-foreground" />}
            verb="Reload"
            onPress={() => void reloadIf(reportNotLoaded)}
          >
            <b className="font-[620]">A part of this page could not be loaded.</b> Countersign may have been updated:
            reload, then try again.
          </Notice>
        )
      )}
    </div>
  );
}

type NoticeProps = { icon: ReactNode; verb: string; onPress(): void; children: ReactNode };

const Notice = ({ icon, verb, onPress, children }: NoticeProps) => (
  <div className="pointer-events-auto flex max-w-160 flex-wrap items-center gap-x-4 gap-y-2 rounded-card border border-border-strong bg-raised py-2.5 pr-2.5 pl-4 shadow-menu">
    {icon}
    <p className="min-w-0 flex-[1_1_13rem]">{children}</p>
    <Button className="ml-auto" onClick={onPress}>
      {verb}
    </Button>
  </div>
);

/** Leaves this page only if the server replies. */
const reloadIf = (otherwise: () => void) =>
  fetch("/api/health", { cache: "no-store" }).then(() => location.reload(), otherwise);
