/** From its upper to its lower edge, in pixels from the top of the window. */
export type Span = { top: number; bottom: number };

type Where = { height: number; margin: number; windowHeight: number; from: "top" | "bottom" };

const GAP = 8;

/**
 * The upper edge of a box that covers none of `taken`, as near as possible to one edge of the
 * window. If there is no such place, it is at that edge.
 */
export function freePlace(taken: Span[], { height, margin, windowHeight, from }: Where): number {
  const [first, last] = [margin, windowHeight - margin - height];
  const free = (top: number) =>
    top >= first && top <= last && taken.every((each) => each.bottom <= top || each.top >= top + height);
  const tops =
    from === "top"
      ? [first, ...taken.map(({ bottom }) => bottom + GAP)].sort((a, b) => a - b)
      : [last, ...taken.map(({ top }) => top - GAP - height)].sort((a, b) => b - a);
  return tops.find(free) ?? (from === "top" ? first : last);
}
