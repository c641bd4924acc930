import type { LucideIcon } from "lucide-react";
import { createElement, type ReactElement, type ReactNode } from "react";

type Props = { of: LucideIcon; size?: number; className?: string | undefined };

/**
 * A decorative icon of Lucide, as Lucide draws it, but with shapes that are made once. Lucide
 * makes them for each icon of each page, which takes several times as long.
 */
export function Icon({ of, size = 16, className }: Props) {
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
      aria-hidden="true"
    >
      {shapesOf(of)}
    </svg>
  );
}

type Shapes = [tag: string, attributes: Record<string, string>][];

const drawn = new Map<LucideIcon, ReactNode>();

function shapesOf(icon: LucideIcon): ReactNode {
  const known = drawn.get(icon);
  if (known) return known;
  // Each of Lucide's icons is a forwardRef whose render function hands the icon's data on.
  const { render } = icon as unknown as { render(props: object, ref: null): ReactElement<{ icon: { node: Shapes } }> };
  const shapes = render({}, null).props.icon.node.map(([tag, attributes]) => createElement(tag, attributes));
  drawn.set(icon, shapes);
  return shapes;
}
