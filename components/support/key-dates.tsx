import { Time } from "@/components/ui/time";
import type { SupportKey } from "@/lib/support/keys";

/** When a key was activated, and below it the one fact its state adds. */
export const KeyDates = ({ of }: { of: SupportKey }) => (
  <div>
    {of.activated ? (
      <Time at={of.activated.at} as="date" />
    ) : (
      <span className="text-ink-2">{of.state === "retired" ? "Never" : "Not yet"}</span>
    )}
    <span className="second">
      <Fact of={of} />
    </span>
  </div>
);

function Fact({ of: { state, generated, activated, deactivated, retired } }: { of: SupportKey }) {
  if (state === "active" && activated) return <Time at={activated.at} as="time" />;
  if (state === "deactivating") return "deactivation began";
  const [word, at] = retired
    ? ["retired", retired.at]
    : state === "inactive" && deactivated
      ? ["deactivated", deactivated.at]
      : ["generated", generated.at];
  return (
    <>
      {word} <Time at={at} as="day" />
    </>
  );
}
