import { Lock } from "lucide-react";
import { Icon } from "@/components/ui/icon";

export const DeskNote = () => (
  <p className="mt-3 flex gap-2 text-subtle-foreground text-small">
    <Icon of={Lock} className="mt-0.5 shrink-0" />
    Secret keys are sealed for the gateways. Nobody in Support can see one.
  </p>
);
