import { connection } from "next/server";

/** The smallest page that is rendered per request. */
export default async function Empty() {
  await connection();
  return <p>Nothing</p>;
}
