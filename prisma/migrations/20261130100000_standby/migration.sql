-- A pair that was made by a rotation, and waits to take over from the active key.
-- Survived since 0.1.0: it puts no key on standby. Gateways of it refuse such a key; of a merchant that has one, its page of
-- keys fails until that dashboard is replaced.
ALTER TYPE "KeyStatus" ADD VALUE 'standby';

-- What makes a standby key the active one: its first request, or an Owner alone.
CREATE TYPE "TakesOver" AS ENUM ('first_request', 'manual');
