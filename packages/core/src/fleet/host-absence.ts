/** A host that did not answer for this long is gone, and its workers belong elsewhere. */
export const HOST_GONE_AFTER_MS = 10_000;

/**
 * Tells hosts that are late from hosts that are gone. Presences expire while the engine is
 * away or the machine sleeps; on return the leader may look before a host has spoken, and
 * must not give its workers away for that.
 */
export class HostAbsence {
  private readonly missingSinceMs = new Map<string, number>();

  /** Those of `known` that are not present and not yet gone. Call once per look, with a monotonic instant. */
  lingering(known: Iterable<string>, present: ReadonlySet<string>, nowMs: number): ReadonlySet<string> {
    const missing = [...new Set(known)].filter((instanceId) => !present.has(instanceId));
    for (const instanceId of this.missingSinceMs.keys()) {
      if (!missing.includes(instanceId)) this.missingSinceMs.delete(instanceId);
    }
    for (const instanceId of missing) {
      if (!this.missingSinceMs.has(instanceId)) this.missingSinceMs.set(instanceId, nowMs);
    }
    return new Set(missing.filter((id) => nowMs - (this.missingSinceMs.get(id) ?? nowMs) < HOST_GONE_AFTER_MS));
  }

  /** After a look that failed: silence that nobody could break does not count. */
  forgive(): void {
    this.missingSinceMs.clear();
  }
}
