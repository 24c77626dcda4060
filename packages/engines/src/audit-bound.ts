/** Entries of the audit log at most, about 100 MB: sign-ins that somebody scripts must not fill the engine. */
export const MAX_AUDIT_ENTRIES = 200_000;
