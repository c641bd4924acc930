"use client";

import { usePolling } from "@/components/merchants/use-polling";
import type { VersionPath } from "@/components/merchants/version-check";
import { cx } from "@/components/ui/cx";
import type { FirstRequest as First } from "@/lib/api-keys/reads/first-request";
import { AcceptedBody, RefusedBody, WaitingBody } from "./bodies";
import { Head } from "./head";
import { stopWatching, useWatched } from "./watched";

const EVERY_MS = 1_000;
const MAX_MS = 10 * 60_000;

type Props = { of: First; path: VersionPath; version: string };

/**
 * Waits for the first signed request of a key that was just activated in this browser, and shows
 * whether it was accepted or refused. It checks every second for ten minutes; after that, the
 * result appears when the page refreshes itself.
 */
export function FirstRequest({ of, path, version }: Props) {
  const watched = useWatched();
  const shown = watched?.id === of.id;
  const until = shown && of.accepted === null ? watched.since + MAX_MS : 0;
  usePolling({ until, everyMs: EVERY_MS, path, version });
  const end = () => {
    document.querySelector<HTMLElement>("h1")?.focus();
    stopWatching();
  };
  const look = of.accepted ? "accepted" : of.refused ? "refused" : "waiting";
  return (
    <section
      aria-label={shown ? "First request" : undefined}
      className={cx(shown && "mb-5 overflow-hidden rounded-card border bg-surface", shown && borders[look])}
    >
      <div role="status">{shown && <Head of={of} look={look} />}</div>
      {shown && look === "waiting" && <WaitingBody of={of} onStop={end} />}
      {shown && look === "refused" && <RefusedBody of={of} onStop={end} />}
      {shown && look === "accepted" && <AcceptedBody onClose={end} />}
    </section>
  );
}

const borders = { accepted: "border-active-border", refused: "border-warning-border", waiting: "border-border" };
