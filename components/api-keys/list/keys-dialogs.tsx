"use client";

import type { Route } from "next";
import { usePathname, useRouter } from "next/navigation";
import { Fragment, type ReactNode, useEffect, useState, useTransition } from "react";
import { beginNavigating } from "@/components/ui/navigating";
import { loadPart } from "@/components/ui/not-loaded";
import { type DialogFacts, type DialogHost, DialogHostContext, type DialogRequest } from "../../forms/dialog-host";
import { currentOpener, focusTarget, type Opener, useFocusReturn } from "../../forms/focus-return";
import { type DrawDialog, type Frame, loadDialog } from "../key-dialog";

const FADED_MS = 400;

type Current = { opening: DialogRequest; count: number; opener: Opener | null; draw: DrawDialog };

/**
 * Hosts the page's only dialog, above the list. The dialog's code is fetched when it is opened.
 */
export function KeysDialogs({ facts, children }: { facts: DialogFacts; children: ReactNode }) {
  const [current, setCurrent] = useState<Current | null>(null);
  const [shown, setShown] = useState(false);
  const leave = useFocusReturn(children);

  useEffect(() => {
    if (shown) return;
    const forget = setTimeout(() => setCurrent(null), FADED_MS);
    return () => clearTimeout(forget);
  }, [shown]);

  const open = async (opening: DialogRequest) => {
    const opener = shown && current ? current.opener : currentOpener();
    const loaded = beginNavigating();
    const draw = await loadPart(() => loadDialog(opening));
    loaded();
    if (!draw) return;
    setCurrent((last) => ({ opening, count: (last?.count ?? 0) + 1, opener, draw }));
    setShown(true);
  };
  const close = (atOnce: boolean) => {
    if (current) leave(current.opener, rowOf(current.opening));
    setShown(false);
    if (atOnce) setCurrent(null);
  };
  const frame = ({ opener, opening }: Current): Frame => ({
    open: shown,
    onOpenChange: (open) => !open && close(false),
    finalFocus: () => focusTarget(opener, rowOf(opening)),
    close: () => close(false),
    end: () => close(true),
  });
  const desk: DialogHost = { ...facts, ...useReading(), open: (opening) => void open(opening) };
  return (
    <DialogHostContext value={desk}>
      {children}
      {current && <Fragment key={current.count}>{current.draw(frame(current))}</Fragment>}
    </DialogHostContext>
  );
}

/** The id of what the page shows of the request's key. */
const rowOf = (opening: DialogRequest) => ("of" in opening ? `key-${opening.of.number}` : undefined);

function useReading(): Pick<DialogHost, "refresh" | "refreshing" | "showNewest"> {
  const router = useRouter();
  const path = usePathname();
  const [refreshing, start] = useTransition();
  const refresh = () => start(() => router.refresh());
  const showNewest = () =>
    new URLSearchParams(location.search).has("before") ? router.push(path as Route) : refresh();
  return { refresh, refreshing, showNewest };
}
