export type TimeStyle = "date" | "day" | "weekday" | "time" | "seconds" | "clock" | "minute" | "date-time";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/**
 * "12 Nov 2026", "12 Nov", "09:41 UTC", "09:41:07 UTC" or "12 Nov 2026, 09:41 UTC", independent
 * of the machine's time zone and locale. Where the page already says UTC: "Thursday, 12 Nov 2026",
 * "09:41:07" and "12 Nov 2026, 09:41".
 *
 * It does not use Intl.DateTimeFormat, whose English differs between versions of ICU ("Sep",
 * "Sept"), so that the server and a browser could write the same time differently.
 */
export function utc(at: string, style: TimeStyle): string {
  const moment = new Date(at);
  const iso = moment.toISOString();
  const day = `${Number(iso.slice(8, 10))} ${months[Number(iso.slice(5, 7)) - 1]}`;
  const date = `${day} ${iso.slice(0, 4)}`;
  const [minutes, clock] = [iso.slice(11, 16), iso.slice(11, 19)];
  return {
    date,
    day,
    weekday: `${weekdays[moment.getUTCDay()]}, ${date}`,
    time: `${minutes} UTC`,
    seconds: `${clock} UTC`,
    clock,
    minute: `${date}, ${minutes}`,
    "date-time": `${date}, ${minutes} UTC`,
  }[style];
}
