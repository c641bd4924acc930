// Asks the gateway about a request. Used by nginx-forward-auth.conf, and kept beside nginx.conf.
const VARIABLES = {
  merchant_id: "X-Merchant-Id",
  api_key_id: "X-Api-Key-Id",
  source_address: "X-Source-Address",
  accepted_id: "X-Request-Id",
  valid_until: "X-Decision-Valid-Until",
};

async function authorize(r) {
  const reply = await r.subrequest("/_authorize", { method: r.method });
  if (reply.status === 200) {
    Object.keys(VARIABLES).forEach((name) => {
      r.variables[name] = reply.headersOut[VARIABLES[name]] || "";
    });
    r.internalRedirect("@api");
    return;
  }
  const isRefusal = reply.headersOut["Content-Type"] === "application/json";
  r.headersOut["Content-Type"] = "application/json";
  ["Allow", "Retry-After", "X-Request-Id"].forEach((name) => {
    if (reply.headersOut[name]) r.headersOut[name] = reply.headersOut[name];
  });
  if (isRefusal) r.return(reply.status, reply.responseText);
  else r.return(503, '{"error":"Unavailable","code":"unavailable"}');
}

export default { authorize };
