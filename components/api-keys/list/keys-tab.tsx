import type { KeyPage, KeyStatus } from "@/lib/api-keys/reads/queries";
import { StatusLine } from "../../key-state/status-line";
import { Questions } from "../activate/questions";
import { SavedQuestion } from "../activate/saved-question";
import { HeadActions } from "../head-actions";
import { RotationExpired, TookOverStrip } from "../rotation-news";
import { RotationPanel } from "../rotation-panel";
import { Empty } from "./empty";
import { FreshIn, KeepFresh } from "./keep-fresh";
import { type Counts, KeysList, Retired } from "./keys-list";

type Props = { path: string; integration: string; standing: KeyStatus; page: KeyPage; retired: KeyPage | null; counts: Counts };

export function KeysTab({ standing, integration, ...list }: Props) {
  const { active, deactivating, rotation } = standing;
  const { standby, expired, tookOver } = rotation;
  const empty = list.counts.listed === 0 && !deactivating;
  const asked = standby?.secretUndelivered ? standby : active?.secretUndelivered ? active : null;
  return (
    <>
      {deactivating && <KeepFresh />}
      {active && untilJudged(active.activatedAt) > 0 && <FreshIn ms={untilJudged(active.activatedAt)} />}
      {standby && untilJudged(standby.madeAt) > 0 && <FreshIn ms={untilJudged(standby.madeAt)} />}
      {asked && <SavedQuestion key={asked.id} id={asked.id} number={asked.number} onStandby={asked === standby} />}
      {empty ? (
        <>
          <h1 tabIndex={-1} className="sr-only">
            API keys
          </h1>
          <Empty retired={list.counts.retired} />
          <div className="md:mt-3 md:overflow-hidden md:rounded-sheet md:border md:border-line md:empty:hidden md:[&>details]:border-t-0">
            <Retired path={list.path} retired={list.retired} count={list.counts.retired} />
          </div>
        </>
      ) : (
        <>
          <div className="mb-5 flex items-start justify-between gap-x-8 gap-y-4 max-sm:flex-col">
            <div className="min-w-0 flex-1">
              <h1 tabIndex={-1} className="t-title">
                API keys
              </h1>
              <StatusLine standing={standing} />
            </div>
            <HeadActions standing={standing} />
          </div>
          <TookOverStrip tookOver={tookOver} />
          {standby && active && <RotationPanel standby={standby} old={active.number} integration={integration} />}
          {expired && <RotationExpired expired={expired} active={active} />}
          <KeysList {...list} />
        </>
      )}
      <Questions />
    </>
  );
}

/** 120 s after its activation it is asked whether a secret that nobody confirmed was saved. */
const untilJudged = (activatedAt: string) => Date.parse(activatedAt) + 121_000 - Date.now();
