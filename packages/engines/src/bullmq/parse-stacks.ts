/** BullMQ keeps the stacks of failed attempts as a JSON array of texts. */
export function parseStacks(json: string | null): readonly string[] {
  if (json === null) return [];
  try {
    const stacks: unknown = JSON.parse(json);
    return Array.isArray(stacks) ? stacks.filter((stack) => typeof stack === 'string') : [];
  } catch {
    return [];
  }
}
