/** What a date field shows for an instant: the clock of this computer, to the minute. Empty for what is none. */
export function localOfInstant(instant: string | Date): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The instant that a date field's text means here; empty for what is none. */
export function instantOfLocal(text: string): string {
  const date = new Date(text);
  return text === '' || Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
