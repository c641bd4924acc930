"use client";

import { type ComponentProps, useEffect, useRef } from "react";

/**
 * The title of content that replaces other content. It takes the focus, so that a screen reader
 * reads it and the keyboard starts at the top. Not for the title that a page is loaded with.
 */
export function NewHeading(props: ComponentProps<"h1">) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return <h1 ref={heading} tabIndex={-1} {...props} />;
}
