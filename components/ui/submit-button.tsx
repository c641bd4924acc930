"use client";

import type { ComponentProps } from "react";
import { Button } from "./button";
import { useMounted } from "./use-mounted";

/**
 * Submits its form once React has taken over. Before that, a press is remembered
 * (components/shell/early-press) and nothing is posted natively.
 */
export function SubmitButton(props: Omit<ComponentProps<typeof Button>, "type">) {
  return <Button {...props} type={useMounted() ? "submit" : "button"} data-submit="" />;
}
