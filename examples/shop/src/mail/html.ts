const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Tagged template for HTML: what is put in is escaped, arrays are lists of finished HTML. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | SafeHtml[])[]): SafeHtml {
  let text = parts[0] ?? '';
  values.forEach((value, at) => {
    text += Array.isArray(value) ? value.map((item) => item.markup).join('') : escapeHtml(String(value));
    text += parts[at + 1] ?? '';
  });
  return { markup: text };
}

export interface SafeHtml {
  readonly markup: string;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
