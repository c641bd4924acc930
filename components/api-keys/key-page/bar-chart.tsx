import { useId } from "react";

type Props = { kind: "accepted" | "refused"; values: readonly number[]; label?: string; height?: 28 | 56 | 64 };

const BAR = 10;
const GAP = 1.3;
const MIN = 1.5;

/**
 * One lane of the chart, with its own scale. It is stretched to its width, so it contains no text.
 * Without a label it is hidden from screen readers. All bars are one path, because each element
 * of a page costs time on the server.
 */
export function BarChart({ kind, values, label, height = 64 }: Props) {
  const hatch = useId();
  const width = values.length * BAR;
  const bars = barsOf(values, height);
  return (
    <svg
      className="bar-chart"
      data-kind={kind}
      style={{ height }}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      {kind === "refused" && bars && (
        <>
          <defs>
            <pattern
              id={hatch}
              width="3"
              height="3"
              patternUnits="userSpaceOnUse"
              patternTransform={`scale(${width / 500} 1) rotate(45)`}
            >
              <rect width="1.5" height="3" />
            </pattern>
          </defs>
          <path d={bars} fill={`url(#${hatch})`} />
        </>
      )}
      {bars && <path data-bars="" d={bars} />}
      <path data-axis="" d={`M0 ${height - 0.5}H${width}`} />
    </svg>
  );
}

/** The path of all bars that are not zero. */
function barsOf(values: readonly number[], height: number): string {
  const most = Math.max(...values, 1);
  const wide = BAR - 2 * GAP;
  const barOf = (value: number, index: number) => {
    const tall = Math.max((value / most) * (height - 1), MIN);
    return `M${index * BAR + GAP} ${rounded(height - tall)}h${wide}V${height}h-${wide}z`;
  };
  return values.map((value, index) => (value === 0 ? "" : barOf(value, index))).join("");
}

const rounded = (length: number): number => Math.round(length * 100) / 100;
