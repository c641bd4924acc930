/**
 * A setting of a pool's connections. A machine that vanishes without a word leaves its idle backends
 * on the server, where each takes a place that its role may have. The pools close by themselves
 * what was not used for 10 s.
 */
export const ENDS_WHEN_IDLE = "-c idle_session_timeout=60000";
