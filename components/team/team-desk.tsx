"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { type Opening, TeamContext } from "./desk";
import { TeamDialog } from "./team-dialog";

type Current = { opening: Opening; count: number; opener: Element | null };

/** Holds the one dialog of the page. */
export function TeamDesk({ merchantId, merchant, children }: { merchantId: string; merchant: string; children: ReactNode }) {
  const router = useRouter();
  const [current, setCurrent] = useState<Current | null>(null);
  const [shown, setShown] = useState(false);
  const open = (opening: Opening) => {
    setCurrent((last) => ({ opening, count: (last?.count ?? 0) + 1, opener: shown && last ? last.opener : document.activeElement }));
    setShown(true);
  };
  return (
    <TeamContext value={{ merchantId, merchant, open, refresh: () => router.refresh() }}>
      {children}
      {current && <TeamDialog key={current.count} {...current} shown={shown} onClose={() => setShown(false)} />}
    </TeamContext>
  );
}
