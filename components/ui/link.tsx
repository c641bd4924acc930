"use client";

import NextLink, { useLinkStatus } from "next/link";
import { type ComponentProps, type MouseEvent, useEffect } from "react";
import { beginNavigating } from "./navigating";
import { isOffline, reportOffline } from "./online";

type Props = Omit<ComponentProps<typeof NextLink>, "prefetch">;

/**
 * Next's link without prefetching: every page is rendered per request, so the click would request
 * it anyway. While the next page loads, this page shows it; offline, the click does nothing.
 */
export function Link({ children, onClick, ...rest }: Props) {
  const press = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (!isOffline()) return;
    event.preventDefault();
    reportOffline();
  };
  return (
    <NextLink {...rest} prefetch={false} onClick={press}>
      {children}
      <Followed />
    </NextLink>
  );
}

function Followed() {
  const { pending } = useLinkStatus();
  useEffect(() => (pending ? beginNavigating() : undefined), [pending]);
  return null;
}
