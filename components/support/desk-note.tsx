import { Lock } from "lucide-react";

export const DeskNote = () => (
  <p className="mt-3 flex gap-2 text-subtle-foreground text-small">
    <Lock aria-hidden size={16} strokeWidth={1.75} className="mt-0.5 shrink-0" />
    Secret keys are sealed for the gateways. Nobody in Support can see one.
  </p>
);
