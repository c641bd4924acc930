import { utc } from "@/components/ui/utc";

/** From when to when the events of a page are. They come with the latest first. */
export function rangeOf(events: readonly { at: string }[]): string {
  const [latest, earliest] = [events[0], events.at(-1)];
  return latest && earliest ? `${utc(earliest.at, "minute")} to ${utc(latest.at, "minute")}` : "";
}
