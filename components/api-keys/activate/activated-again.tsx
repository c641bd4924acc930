import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Note } from "@/components/ui/note";
import type { KeyFacts } from "../../forms/dialog-host";
import { ActivatedTitle } from "./activated-title";

/** A key that was activated before: no secret is shown, and the dialog says why. */
export const ActivatedAgain = ({ of, onDone }: { of: KeyFacts; onDone(): void }) => (
  <>
    <DialogHead title={<ActivatedTitle />} joint=", ">
      Requests signed with key {of.number} are accepted again.
    </DialogHead>
    <DialogBody>
      <Note tone="plain" lead="Its secret key is not shown.">
        It was shown after the first activation, and nobody can show it again. Sign with the one you saved. If it is
        lost, deactivate key {of.number} with the reason “Secret lost”, then generate a new API key.
      </Note>
    </DialogBody>
    <DialogFoot>
      <Button variant="primary" size="dialog" onClick={onDone}>
        Done
      </Button>
    </DialogFoot>
  </>
);
