import { useId } from "react";

type Props = { kind: "accepted" | "refused"; values: readonly number[]; label?: string; height?: 28 | 44 | 56 | 84 };

const BAR = 10;
const GAP = 1.3;
const MIN = 1.5;

/**
 * One lane of the chart, with its own scale. It is stretched to its width, so it contains no text.
 * Without a label it is hidden from screen readers.
 */
export function BarChart({ kind, values, label, height = kind === "accepted" ? 84 : 44 }: Props) {
  const hatch = useId();
  const width = values.length * BAR;
  const most = Math.max(...values, 1);
  const heightOf = (value: number) => Math.max((value / most) * (height - 1), MIN);
  const bars = values.flatMap((value, index) => {
    if (value === 0) return [];
    const tall = heightOf(value);
    const box = { x: index * BAR + GAP, y: height - tall, width: BAR - 2 * GAP, height: tall };
    return [{ index, box }];
  });
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
      {kind === "refused" && (
        <defs>
          <pattern
            id={hatch}
            width="3"
            height="3"
            patternUnits="userSpaceOnUse"
            patternTransform={`scale(${width / 500} 1) rotate(45)`}
          >
            <rect data-hatch="" width="1.5" height="3" />
          </pattern>
        </defs>
      )}
      {bars.map(({ index, box }) =>
        kind === "refused" ? (
          <g key={index}>
            <rect data-hatch="" {...box} style={{ fill: `url(#${hatch})` }} />
            <rect {...box} />
          </g>
        ) : (
          <rect key={index} {...box} />
        ),
      )}
      <path d={`M0 ${height - 0.5}H${width}`} />
    </svg>
  );
}
