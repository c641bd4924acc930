"use client";

import { type ComponentProps, useEffect, useRef } from "react";

/** The title of what a page shows next: it takes the focus, so that it is read and nothing is lost behind it. Not of the page as it was opened. */
export function NewHeading(props: ComponentProps<"h1">) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return <h1 ref={heading} tabIndex={-1} {...props} />;
}
