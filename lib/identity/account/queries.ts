import { db, query } from "../../platform/db/db";
import type { SessionId, UserId } from "../../platform/ids";
import { deviceName } from "../session/device-name";
import { LIVE } from "../session/sessions";

export type Account = {
  passwordSince: string | null;
  device: { since: string; lastCode: string | null } | null;
  passkeys: { id: string; name: string; addedAt: string; lastUsedAt: string | null }[];
  recoveryCodes: { left: number; of: number; madeAt: string | null; lastUsedAt: string | null };
  sessions: SessionRow[];
};

export type SessionRow = {
  id: string;
  device: string;
  mobile: boolean;
  address: string | null;
  since: string;
  seenAt: string;
  own: boolean;
};

/** What the Account page shows to its user. It holds no hash, no seed and no code. */
export async function readAccount(userId: UserId, sessionId: SessionId): Promise<Account> {
  const [password, device, passkeys, recoveryCodes, sessions] = await Promise.all([
    db().password.findUnique({ where: { userId }, select: { changedAt: true } }),
    db().totpDevice.findUnique({ where: { userId }, select: { enrolledAt: true, lastStep: true } }),
    db().passkey.findMany({
      where: { userId },
      orderBy: { createdAt: "asc" },
      select: { id: true, name: true, createdAt: true, lastUsedAt: true },
    }),
    readRecoveryCodes(userId),
    listSessions(userId, sessionId),
  ]);
  return {
    passwordSince: iso(password?.changedAt),
    device: device && {
      since: device.enrolledAt.toISOString(),
      lastCode: device.lastStep > 0n ? stepBegan(device.lastStep) : null,
    },
    passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
      id,
      name,
      addedAt: createdAt.toISOString(),
      lastUsedAt: iso(lastUsedAt),
    })),
    recoveryCodes,
    sessions,
  };
}

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

const stepBegan = (step: bigint): string => new Date(Number(step) * 30_000).toISOString();

async function readRecoveryCodes(userId: UserId): Promise<Account["recoveryCodes"]> {
  const codes = await db().recoveryCode.findMany({ where: { userId }, select: { createdAt: true, usedAt: true } });
  const used = codes.flatMap(({ usedAt }) => usedAt ?? []).sort((a, b) => b.getTime() - a.getTime());
  return {
    left: codes.length - used.length,
    of: codes.length,
    madeAt: iso(codes[0]?.createdAt),
    lastUsedAt: iso(used[0]),
  };
}

/** The user's live sessions: the current one first, then the most recently used. */
async function listSessions(userId: UserId, sessionId: SessionId): Promise<SessionRow[]> {
  const rows = await query<{ id: string; userAgent: string | null; address: string | null; since: Date; seenAt: Date }>`
    SELECT id, user_agent AS "userAgent", address, created_at AS since, seen_at AS "seenAt" FROM sessions s
    WHERE user_id = ${userId}::uuid AND ${LIVE}
    ORDER BY id = ${sessionId}::uuid DESC, seen_at DESC LIMIT 100`;
  return rows.map(({ id, userAgent, address, since, seenAt }) => {
    const device = deviceName(userAgent) ?? "Unknown browser";
    const mobile = /iPhone|iPad|Android/.test(device);
    return {
      id,
      device,
      mobile,
      address,
      since: since.toISOString(),
      seenAt: seenAt.toISOString(),
      own: id === sessionId,
    };
  });
}
