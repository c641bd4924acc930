import { MarkHalves } from "@/components/shell/brand";

type Ring = { id: string; mean: number; swing: number; lobes: number; copies: number };

const rings: Ring[] = [
  { id: "rosette-middle", mean: 330, swing: 88, lobes: 12, copies: 10 },
  { id: "rosette-inner", mean: 196, swing: 52, lobes: 18, copies: 7 },
  { id: "rosette-rim", mean: 452, swing: 26, lobes: 36, copies: 5 },
];

/**
 * The guilloche of a banknote: three waves around a circle, each drawn several times at slightly
 * different angles.
 */
export const Rosette = ({ className }: { className: string }) => (
  <svg viewBox="-500 -500 1000 1000" aria-hidden="true" className={className}>
    <g opacity=".62" fill="none" stroke="currentColor" strokeWidth=".7">
      {rings.map((ring) => (
        <Ring key={ring.id} {...ring} />
      ))}
    </g>
    <g className="hidden sm:block" transform="translate(-60 -60) scale(5)" fill="currentColor">
      <MarkHalves />
    </g>
  </svg>
);

function Ring({ id, mean, swing, lobes, copies }: Ring) {
  const pitch = 360 / lobes;
  return (
    <>
      <defs>
        <path id={`${id}-lobe`} d={lobe(mean, swing, lobes)} />
        <g id={id}>{turned(`${id}-lobe`, lobes, pitch)}</g>
      </defs>
      {turned(id, copies, pitch / copies)}
    </>
  );
}

const turned = (id: string, times: number, degrees: number) =>
  Array.from({ length: times }, (_, index) => index * degrees).map((angle) => (
    <use key={angle} href={`#${id}`} transform={`rotate(${angle.toFixed(3)})`} />
  ));

/** One period of radius = mean + swing · cos(lobes · angle). */
function lobe(mean: number, swing: number, lobes: number): string {
  const points = Array.from({ length: 41 }, (_, index) => {
    const angle = (index / 40) * ((2 * Math.PI) / lobes);
    const radius = mean + swing * Math.cos(lobes * angle);
    return `${(radius * Math.cos(angle)).toFixed(1)} ${(radius * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}
