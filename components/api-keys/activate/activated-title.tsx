import { StateGlyph } from "@/components/key-state/state-glyph";

export const ActivatedTitle = () => (
  <span className="flex items-center gap-2.5 [--glyph-background:var(--raised)]">
    <StateGlyph state="active" className="size-6 text-active" />
    API key activated
  </span>
);
