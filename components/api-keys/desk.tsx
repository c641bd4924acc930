"use client";

import type { Route } from "next";
import { usePathname, useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { DeactivationReason } from "@/lib/api-keys/lifecycle";
import type { KeyRow } from "@/lib/api-keys/queries";
import type { Refusal } from "@/lib/refusals";
import { KeyDialog } from "./key-dialog";
import { placeOf } from "./place";

/** What a dialog needs to know of a key. */
export type KeyFacts = Pick<KeyRow, "id" | "number" | "key" | "state" | "allowedIps" | "everActivated">;

export type Opening =
  | { kind: "generate" }
  | { kind: "activate" | "edit-ips" | "retire"; of: KeyFacts }
  | { kind: "deactivate"; of: { id: string; number: number }; reason?: DeactivationReason }
  | { kind: "progress"; of: { number: number }; since: string };

/** Step-up codes that are not taken now: Deactivate asks for the password instead. */
export type Lock = Extract<Refusal, { code: "codes_locked" | "codes_disabled" }>;

export type DeskFacts = {
  merchantId: string;
  /** How to reach Support. */
  support: string;
  allowPrivateIps: boolean;
  lock: Lock | null;
  activeNumber: number | null;
  deactivatingNumber: number | null;
  /** The key whose Activate is the one primary button. */
  waitingNumber: number | null;
};

/** `refresh` reads the page again; `showNewest` its first page, where a new key stands. */
type Desk = DeskFacts & { open(opening: Opening): void; refresh(): void; showNewest(): void; learnLock(refusal: Refusal): void };

const Context = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(Context);
  if (!desk) throw new Error("used outside the API keys desk");
  return desk;
}

/** Holds the one dialog of the page, above whatever the list shows. */
export function KeysDesk({ facts, children }: { facts: DeskFacts; children: ReactNode }) {
  const router = useRouter();
  const pathname = usePathname();
  const [current, setCurrent] = useState<{ opening: Opening; count: number; opener: Element | null } | null>(null);
  const [shown, setShown] = useState(false);
  const [lock, setLock] = useState(facts.lock);
  useEffect(() => setLock(facts.lock), [facts.lock]);

  const left = useLeftPlace(facts);
  const leave = () => {
    if (current) left.current = { opening: current.opening, at: Date.now() };
  };

  useEffect(() => {
    if (shown) return;
    const forget = setTimeout(() => setCurrent(null), 400);
    return () => clearTimeout(forget);
  }, [shown]);

  const desk = useMemo<Desk>(() => {
    const open = (opening: Opening) => {
      setCurrent((last) => ({ opening, count: (last?.count ?? 0) + 1, opener: document.activeElement }));
      setShown(true);
    };
    const refresh = () => router.refresh();
    const showNewest = () => (new URLSearchParams(location.search).has("before") ? router.push(pathname as Route) : refresh());
    /** What a refusal tells about the codes, so that Deactivate asks for what is taken. */
    const learnLock = (refusal: Refusal) => {
      if (refusal.code === "codes_locked" || refusal.code === "codes_disabled") setLock(refusal);
      if (refusal.code === "codes_work") setLock(null);
    };
    return { ...facts, lock, learnLock, open, refresh, showNewest };
  }, [facts, lock, router, pathname]);

  return (
    <Context value={desk}>
      {children}
      {current && (
        <KeyDialog
          key={current.count}
          opening={current.opening}
          opener={current.opener}
          shown={shown}
          onClose={() => {
            leave();
            setShown(false);
          }}
          onEnd={() => {
            leave();
            setCurrent(null);
          }}
        />
      )}
    </Context>
  );
}

/** The list is read again after a change, and may then take away the button that has the focus: it goes to the key's row. */
function useLeftPlace(facts: DeskFacts) {
  const left = useRef<{ opening: Opening; at: number }>(null);
  useEffect(() => {
    if (!left.current || !facts) return;
    const { opening, at } = left.current;
    if (Date.now() - at > 10_000) left.current = null;
    else if (document.activeElement === document.body) placeOf(null, opening)?.focus();
  }, [facts]);
  return left;
}
