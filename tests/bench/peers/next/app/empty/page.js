import { connection } from "next/server";

/** As little as a page that is made for each request can be. */
export default async function Empty() {
  await connection();
  return <p>Nothing</p>;
}
