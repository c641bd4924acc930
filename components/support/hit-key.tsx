import { type KeyState as GlyphState, StateGlyph } from "@/components/key-state/state-glyph";
import type { Hit } from "@/lib/support/search";

const HUES: Record<Hit["key"]["state"], string> = {
  active: "text-active",
  deactivating: "text-warning",
  standby: "text-standby",
  generated: "text-generated",
  inactive: "text-inactive",
  none: "text-subtle-foreground",
};

/** The state of a merchant's API keys, in a line of the support desk's search results. */
export const HitKey = ({ of: { state, number } }: { of: Hit["key"] }) => (
  <span className={`inline-flex items-center gap-1.5 font-[540] ${HUES[state]}`}>
    {state !== "none" && <StateGlyph state={state satisfies GlyphState} className="size-3" />}
    {state === "active" && `Key ${number}`}
    {state === "deactivating" && "Deactivating…"}
    {state === "standby" && "On standby"}
    {state === "generated" && "Ready to activate"}
    {state === "inactive" && "No active key"}
    {state === "none" && "No key yet"}
  </span>
);
