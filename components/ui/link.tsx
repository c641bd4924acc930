"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type ComponentProps, type MouseEvent, useEffect, useTransition } from "react";
import { beginNavigating } from "./navigating";
import { isOffline, reportOffline } from "./online";

type Props = Omit<ComponentProps<"a">, "href" | "target" | "download"> & { href: Route | string };

/**
 * A link within the dashboard, which fetches the next page instead of loading it in full. Nothing
 * is prefetched: every page is rendered per request, so the click would request it anyway. While
 * the next page loads, this page shows it; offline, the click does nothing. Next's own link
 * prepares prefetches for each link of a page, on the server too.
 */
export function Link({ href, onClick, ...rest }: Props) {
  const router = useRouter();
  const [pending, follow] = useTransition();
  useEffect(() => (pending ? beginNavigating() : undefined), [pending]);
  const press = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented) return;
    if (isOffline()) {
      event.preventDefault();
      return reportOffline();
    }
    if (opensElsewhere(event)) return;
    event.preventDefault();
    follow(() => router.push(href as Route));
  };
  return <a {...rest} href={href} onClick={press} />;
}

/** Whether the browser opens the link in another tab or window, or saves it. */
const opensElsewhere = ({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean =>
  button !== 0 || metaKey || ctrlKey || shiftKey || altKey;
