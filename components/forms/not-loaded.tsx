import { WifiOff } from "lucide-react";
import { Note } from "@/components/ui/note";

/** Says that a dialog's code could not be loaded. */
export const NotLoaded = ({ shown }: { shown: boolean }) => (
  <div role="status">
    {shown && (
      <div className="mb-6">
        <Note
          tone="plain"
          icon={WifiOff}
          lead={<span className="text-foreground">We got no answer. Nothing was sent.</span>}
        >
          Check your connection, then press the button again.
        </Note>
      </div>
    )}
  </div>
);
