import { create } from "qrcode";

const QUIET_ZONE = 4;

/**
 * A QR code as one SVG path, with the quiet zone of its standard. `size` is the side of the view
 * box in modules.
 */
export function qrPath(text: string): { size: number; path: string } {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const rows = Array.from({ length: modules.size }, (_, y) => runs(modules.size, (x) => modules.get(y, x) !== 0, y));
  return { size: modules.size + 2 * QUIET_ZONE, path: rows.join("") };
}

/**
 * One row's dark modules. Each unbroken run is one rectangle, because adjacent squares show seams.
 */
function runs(size: number, dark: (x: number) => boolean, y: number): string {
  let path = "";
  for (let x = 0; x < size; x++) {
    if (!dark(x)) continue;
    const from = x;
    while (x + 1 < size && dark(x + 1)) x++;
    const width = x - from + 1;
    path += `M${from + QUIET_ZONE} ${y + QUIET_ZONE}h${width}v1h-${width}z`;
  }
  return path;
}
