import { VARIABLES } from "../words/integration/programs";

/**
 * Computes the fingerprint of the secret key in the environment, as lib/platform/crypto/digest
 * does.
 */
export const FINGERPRINT_COMMAND = `printf '%s' \\
  "countersign:fingerprint:v1:$${VARIABLES.secret}" |
  sha256sum | cut -c 1-16`;
