/** Top and step of an axis that starts at 0: 4 or 5 lines at round numbers. Of its own top it is the same axis again. */
export function niceAxis(max: number, whole = false): { top: number; step: number } {
  const wanted = max > 0 ? max : 1;
  const raw = wanted / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= raw) ?? 10;
  const step = whole ? Math.max(1, Math.ceil(factor * power)) : factor * power;
  return { top: Math.ceil(wanted / step - 1e-9) * step, step };
}
