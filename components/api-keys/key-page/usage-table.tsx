import { Time } from "@/components/ui/time";
import type { Series } from "@/lib/api-keys/reads/series";

const cell = "px-3 py-1.5 text-end tabular-nums first:ps-4 first:text-start last:pe-4 sm:first:ps-5 sm:last:pe-5";

/** What the chart draws, the latest first. */
export const UsageTable = ({ series: { bars } }: { series: Series }) => (
  <div className="border-border border-t">
    <table className="w-full text-label">
      <caption className="sr-only">Requests by time, the latest first</caption>
      <thead>
        <tr className="text-subtle-foreground text-small">
          {["From", "Accepted", "Refused"].map((name) => (
            <th key={name} scope="col" className={`${cell} font-[520]`}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bars.toReversed().map(({ at, accepted, refused }) => (
          <tr key={at} className="border-border border-t">
            <td className={cell}>
              <Time at={at} />
            </td>
            <td className={cell}>{accepted.toLocaleString("en")}</td>
            <td className={cell}>{refused.toLocaleString("en")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
