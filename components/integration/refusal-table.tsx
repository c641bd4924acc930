import { CLIENT_REFUSALS } from "@/lib/words/integration/refusals";

/** Every refusal that a client can get, and what to do about it. */
export const RefusalTable = () => (
  <table className="refusal-table">
    <caption className="sr-only">Refusals by code</caption>
    <thead>
      <tr>
        <th scope="col" className="w-[238px]">
          Code
        </th>
        <th scope="col" className="w-14">
          HTTP
        </th>
        <th scope="col">What it means, and what to do</th>
      </tr>
    </thead>
    <tbody>
      {CLIENT_REFUSALS.map(({ code, status, what, remedy }) => (
        <tr key={code}>
          <td>
            <code>{code}</code>
          </td>
          <td className="text-muted-foreground tabular-nums">{status}</td>
          <td>
            <b>{what}</b> {remedy}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
