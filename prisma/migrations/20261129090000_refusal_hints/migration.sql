-- When the request was answered that the likely mistake was found in: a hint belongs to its request. Empty where none was looked into.
ALTER TABLE "refusals" ADD COLUMN "looked_at" TIMESTAMPTZ(3);

-- The sealed secrets of the active keys of other merchants that have an Owner in common with this one: pairs of a test and a live merchant are exchanged.
CREATE FUNCTION "secrets_of_same_owners"("merchant" uuid) RETURNS TABLE ("id" uuid, "merchant_id" uuid, "sealed" bytea, "key_version" integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT k.id, k.merchant_id, k.sealed_secret, k.key_version
  FROM public.memberships mine
    JOIN public.memberships theirs ON theirs.user_id = mine.user_id AND theirs.role = 'owner' AND theirs.merchant_id <> mine.merchant_id
    JOIN public.api_keys k ON k.merchant_id = theirs.merchant_id AND k.status = 'active' AND k.sealed_secret IS NOT NULL
  WHERE mine.merchant_id = merchant AND mine.role = 'owner'
  LIMIT 5
$$;

-- Survived since 0.1.0: it is new.
REVOKE EXECUTE ON FUNCTION "secrets_of_same_owners"(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "secrets_of_same_owners"(uuid) TO countersign_gateway;
