"use client";

import type { Route } from "next";
import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState, useTransition } from "react";
import { type Desk, DeskContext, type DeskFacts, type Opening } from "./desk";
import { KeyDialog } from "./key-dialog";
import { useLeftPlace } from "./place";

const FADED_MS = 400;

/** Holds the one dialog of the page, above whatever the list shows. */
export function KeysDesk({ facts, children }: { facts: DeskFacts; children: ReactNode }) {
  const [current, setCurrent] = useState<{ opening: Opening; count: number; opener: Element | null } | null>(null);
  const [shown, setShown] = useState(false);
  const leave = useLeftPlace(facts);

  useEffect(() => {
    if (shown) return;
    const forget = setTimeout(() => setCurrent(null), FADED_MS);
    return () => clearTimeout(forget);
  }, [shown]);

  const open = (opening: Opening) => {
    setCurrent((last) => ({ opening, count: (last?.count ?? 0) + 1, opener: document.activeElement }));
    setShown(true);
  };
  const close = (atOnce: boolean) => {
    if (current) leave(current.opening);
    setShown(false);
    if (atOnce) setCurrent(null);
  };
  const desk: Desk = { ...facts, ...useReading(), open };
  return (
    <DeskContext value={desk}>
      {children}
      {current && (
        <KeyDialog
          key={current.count}
          opening={current.opening}
          opener={current.opener}
          shown={shown}
          onClose={() => close(false)}
          onEnd={() => close(true)}
        />
      )}
    </DeskContext>
  );
}

function useReading(): Pick<Desk, "refresh" | "refreshing" | "showNewest"> {
  const router = useRouter();
  const path = usePathname();
  const [refreshing, start] = useTransition();
  const refresh = () => start(() => router.refresh());
  const showNewest = () => (new URLSearchParams(location.search).has("before") ? router.push(path as Route) : refresh());
  return { refresh, refreshing, showNewest };
}
