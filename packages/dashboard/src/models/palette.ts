/** How well a text answers a search: higher is better, undefined is not at all. Letters in order; word starts and runs count more. */
export function matchScore(text: string, search: string): number | undefined {
  const haystack = text.toLowerCase();
  const needle = search.trim().toLowerCase();
  if (needle === '') return 0;
  const at = haystack.indexOf(needle);
  if (at !== -1) return 1_000 - at * 2 - haystack.length + (at === 0 || isBreak(haystack[at - 1]) ? 500 : 0);
  let score = 0;
  let from = 0;
  for (const letter of needle) {
    if (letter === ' ') continue;
    const found = haystack.indexOf(letter, from);
    if (found === -1) return undefined;
    score += found === from ? 3 : isBreak(haystack[found - 1]) ? 2 : 0;
    from = found + 1;
  }
  return score - haystack.length / 10;
}

/** The best `limit` answers, best first; with no search the first ones as they come. */
export function bestMatches<T>(items: readonly T[], textOf: (item: T) => string, search: string, limit: number): T[] {
  if (search.trim() === '') return items.slice(0, limit);
  return items
    .flatMap((item) => {
      const score = matchScore(textOf(item), search);
      return score === undefined ? [] : [{ item, score }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ item }) => item);
}

function isBreak(letter: string | undefined): boolean {
  return letter === undefined || /[-_:./ ]/.test(letter);
}
