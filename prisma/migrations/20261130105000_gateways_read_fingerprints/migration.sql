-- By its fingerprint a gateway knows a secret key that was sent with a request. It opens the secrets anyway.
GRANT SELECT ("fingerprint") ON "api_keys" TO countersign_gateway;
