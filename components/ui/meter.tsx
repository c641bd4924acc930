/** A progress bar for a wait of known length. `fraction` runs from 0 to 1. */
export function Meter({ label, fraction }: { label: string; fraction: number }) {
  const percent = Math.round(Math.min(1, Math.max(0, fraction)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-sunken shadow-[inset_0_0_0_1px_var(--border)]"
    >
      <div className="h-full rounded-full bg-primary transition-[width] ease-linear" style={{ width: `${percent}%` }} />
    </div>
  );
}
