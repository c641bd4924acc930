import { setTimeout as sleep } from "node:timers/promises";
import { signedRequest } from "../kit/gateway/signed-request";
import { expect } from "./fixtures";

const MAX_ATTEMPTS = 200;
type Request = Parameters<typeof signedRequest>[0];

/**
 * The gateway's verdict on a signed request. A gateway that lost its lease for lack of processor
 * time replies 503 and decides nothing. Such a request is repeated a limited number of times and
 * noted in the test's report.
 */
export async function signed(request: Request): Promise<{ status: number; body: string }> {
  for (let tries = 1; ; tries++) {
    const answer = await signedRequest(request);
    if (answer.status !== 503 || tries === MAX_ATTEMPTS) {
      if (tries > 1) console.log(`note: ${tries - 1} answers of 503 were waited out`);
      return answer;
    }
    await sleep(300);
  }
}

/** Waits until the gateway knows of an activation. */
export const accepted = (request: Request) => expect.poll(async () => (await signed(request)).status).toBe(200);
