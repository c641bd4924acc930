"use client";

import type { Route } from "next";
import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState, useTransition } from "react";
import { useLoaded } from "@/components/ui/use-loaded";
import { type Desk, DeskContext, type DeskFacts, type Opening } from "./desk";
import { useLeftPlace } from "./place";

const FADED_MS = 400;

/** Holds the one dialog of the page, above whatever the list shows. Its code is fetched when the first one is opened. */
export function KeysDesk({ facts, children }: { facts: DeskFacts; children: ReactNode }) {
  const [current, setCurrent] = useState<{ opening: Opening; count: number; opener: Element | null } | null>(null);
  const [shown, setShown] = useState(false);
  const leave = useLeftPlace(facts);
  const dialog = useLoaded(() => import("./key-dialog").then(({ KeyDialog }) => KeyDialog));

  useEffect(() => {
    if (shown) return;
    const forget = setTimeout(() => setCurrent(null), FADED_MS);
    return () => clearTimeout(forget);
  }, [shown]);

  const open = (opening: Opening) => {
    const opener = document.activeElement;
    dialog.load(() => {
      setCurrent((last) => ({ opening, count: (last?.count ?? 0) + 1, opener }));
      setShown(true);
    });
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
      {current && dialog.Loaded && (
        <dialog.Loaded
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
