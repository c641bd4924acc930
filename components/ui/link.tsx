"use client";

import NextLink, { useLinkStatus } from "next/link";
import { type ComponentProps, type MouseEvent, useEffect } from "react";
import { beginNavigating } from "./navigating";
import { isOffline, tellOffline } from "./online";

type Props = Omit<ComponentProps<typeof NextLink>, "prefetch">;

/**
 * Next's link, but it fetches nothing ahead: every page is made for its request, so that the click would ask for it all the same. While it is
 * followed, the page says so; offline it stays where it is.
 */
export function Link({ children, onClick, ...rest }: Props) {
  const press = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (!isOffline()) return;
    event.preventDefault();
    tellOffline();
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
