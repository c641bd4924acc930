import type { ReactNode } from "react";
import type { KeyPage, KeysStatus } from "@/lib/api-keys/reads/queries";
import { StatusLine } from "../../key-state/status-line";
import { Faq } from "../activate/faq";
import { SavedQuestion } from "../activate/saved-question";
import { RotationExpired, TookOverStrip } from "../rotate/rotation-news";
import { RotationPanel } from "../rotate/rotation-panel";
import { AutoRefresh, RefreshAfter } from "./auto-refresh";
import { Empty } from "./empty";
import { HeadActions } from "./head-actions";
import { type Counts, KeysList, Retired, type Search } from "./keys-list";

type Props = {
  path: string;
  integration: string;
  status: KeysStatus;
  page: KeyPage;
  retired: KeyPage | null;
  counts: Counts;
  alarmed: boolean;
  search: Search;
  children: ReactNode;
};

export function KeysTab({ status, integration, alarmed, children, ...list }: Props) {
  const { active, deactivating, rotation } = status;
  const { standby, expired, tookOver } = rotation;
  const empty = list.counts.listed === 0 && !deactivating && list.search.found === null;
  const asked = standby?.secretUndelivered ? standby : active?.secretUndelivered ? active : null;
  return (
    <>
      {deactivating && <AutoRefresh />}
      {active && untilJudged(active.activatedAt) > 0 && <RefreshAfter ms={untilJudged(active.activatedAt)} />}
      {standby && untilJudged(standby.madeAt) > 0 && <RefreshAfter ms={untilJudged(standby.madeAt)} />}
      {asked && <SavedQuestion key={asked.id} id={asked.id} number={asked.number} onStandby={asked === standby} />}
      {empty ? (
        <>
          <h1 tabIndex={-1} className="sr-only">
            API keys
          </h1>
          <Empty retired={list.counts.retired} />
          <div className="md:mt-3 md:overflow-hidden md:rounded-card md:border md:border-border md:empty:hidden md:[&>details]:border-t-0">
            <Retired path={list.path} retired={list.retired} count={list.counts.retired} />
          </div>
        </>
      ) : (
        <>
          <div className="mb-5 flex items-start justify-between gap-x-8 gap-y-4 max-sm:flex-col">
            <div className="min-w-0 flex-1">
              <h1 tabIndex={-1} className="type-title">
                API keys
              </h1>
              <StatusLine status={status} />
            </div>
            <HeadActions status={status} alarmed={alarmed} />
          </div>
          <TookOverStrip tookOver={tookOver} />
          {standby && active && <RotationPanel standby={standby} old={active.number} integration={integration} />}
          {expired && <RotationExpired expired={expired} active={active} />}
          {children}
          <KeysList {...list} />
        </>
      )}
      <Faq />
    </>
  );
}

/**
 * Milliseconds until the page asks whether a secret was saved: 120 s after the activation, if
 * nobody confirmed it.
 */
const untilJudged = (activatedAt: string) => Date.parse(activatedAt) + 121_000 - Date.now();
