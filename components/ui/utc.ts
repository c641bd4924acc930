export type TimeStyle = "date" | "day" | "time" | "seconds" | "date-time";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "12 Nov 2026", "12 Nov", "09:41 UTC", "09:41:07 UTC" or "12 Nov 2026, 09:41 UTC", whatever the machine's zone and locale. */
export function utc(at: string, style: TimeStyle): string {
  const iso = new Date(at).toISOString();
  const day = `${Number(iso.slice(8, 10))} ${months[Number(iso.slice(5, 7)) - 1]}`;
  const date = `${day} ${iso.slice(0, 4)}`;
  const time = `${iso.slice(11, 16)} UTC`;
  return { date, day, time, seconds: `${iso.slice(11, 19)} UTC`, "date-time": `${date}, ${time}` }[style];
}
