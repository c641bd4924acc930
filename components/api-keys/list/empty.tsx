import { Sheet } from "@/components/ui/sheet";
import { GenerateButton } from "./generate-button";
import { PairArt } from "./pair-art";

const STEPS = [
  "Generate the API key. It stays in this list; copy it whenever you need it.",
  "Activate it. You see its secret key then, and only once.",
  "Save the secret key where your server reads it.",
];

/** What to do if there is no usable key. */
export const Empty = ({ retired }: { retired: number }) => (
  <Sheet
    labelledBy="no-key"
    className="grid items-center gap-x-12 gap-y-6 overflow-hidden px-5 py-6 sm:grid-cols-[1fr_auto] sm:px-11 sm:py-10"
  >
    <div>
      <h2 id="no-key" className="type-title">
        {retired ? "No usable API key" : "No API key yet"}
      </h2>
      <p className="mt-1.5 max-w-[52ch] text-muted-foreground">
        You need an API key and its secret key before you can sign requests.
      </p>
      <ol className="mt-5 mb-6 grid gap-3">
        {STEPS.map((step, index) => (
          <li key={step} className="grid grid-cols-[24px_1fr] gap-3">
            <span
              aria-hidden="true"
              className="grid size-6 place-items-center rounded-full border border-border-strong font-label text-muted-foreground text-small tabular-nums"
            >
              {index + 1}
            </span>
            {step}
          </li>
        ))}
      </ol>
      <GenerateButton primary />
    </div>
    <PairArt />
  </Sheet>
);
