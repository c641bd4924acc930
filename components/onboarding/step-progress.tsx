import { cx } from "@/components/ui/cx";

const STEPS = ["temporary password", "authenticator app", "log in again", "new password"];

/** The progress of the first login. The words say it; the bars are decoration. */
export const StepProgress = ({ step }: { step: 1 | 2 | 3 | 4 }) => (
  <div>
    <p className="text-muted-foreground text-small">
      Step {step} of 4: {STEPS[step - 1]}
    </p>
    <div aria-hidden="true" className="mt-2 grid grid-cols-4 gap-1">
      {STEPS.map((name, index) => (
        <span
          key={name}
          className={cx(
            "h-1 rounded-[2px]",
            index + 1 === step ? "bg-primary" : index + 1 < step ? "bg-border-strong" : "bg-border",
          )}
        />
      ))}
    </div>
  </div>
);
