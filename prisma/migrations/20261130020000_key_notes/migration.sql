-- What Owners write beside a key to know it by. A table of its own: no change of it is a change of the key.
CREATE TABLE "key_notes" (
    "api_key_id" UUID NOT NULL,
    "note" TEXT NOT NULL,

    CONSTRAINT "key_notes_pkey" PRIMARY KEY ("api_key_id"),
    CONSTRAINT "key_notes_length" CHECK (char_length("note") BETWEEN 1 AND 80)
);

-- AddForeignKey
ALTER TABLE "key_notes" ADD CONSTRAINT "key_notes_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE CASCADE ON UPDATE CASCADE;

GRANT SELECT, INSERT, UPDATE, DELETE ON "key_notes" TO countersign_app;
GRANT SELECT ON "key_notes" TO countersign_support;
