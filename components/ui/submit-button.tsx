"use client";

import type { ComponentProps } from "react";
import { Button } from "./button";
import { useMounted } from "./use-mounted";

/** Sends its form once React has taken over; before that a press is kept (components/shell/early-press), and nothing is ever posted natively. */
export function SubmitButton(props: Omit<ComponentProps<typeof Button>, "type">) {
  return <Button {...props} type={useMounted() ? "submit" : "button"} data-submit="" />;
}
