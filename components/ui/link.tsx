import NextLink from "next/link";
import type { ComponentProps } from "react";

type Props = Omit<ComponentProps<typeof NextLink>, "prefetch">;

/** Next's link, but it fetches nothing ahead: every page is made for its request, so that the click would ask for it all the same. */
export const Link = (props: Props) => <NextLink {...props} prefetch={false} />;
