/**
 * A setting for a pool's connections. A machine that vanishes silently leaves idle backends on
 * the server, and each takes up a connection of its role. A pool closes idle connections itself,
 * after at most 10 s.
 */
export const IDLE_TIMEOUT = "-c idle_session_timeout=60000";
