/**
 * A secret that came with an accepted request. Gateways store it as the mistake of a sent secret,
 * so that the index over sent secrets finds both; pages tell it apart from refusals.
 */
export const SECRET_ACCEPTED = "secret_accepted";
