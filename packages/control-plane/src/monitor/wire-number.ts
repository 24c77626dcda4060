/** Two decimals are all that any screen shows, and half the bytes of a double. */
export function wireNumber(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The guide's numbers are not nullable: what is unknown is sent as 0, and its name beside it. */
export class UnknownFields<Field> {
  readonly names: Field[] = [];

  /** The value for the wire; 0, and the field noted, when it is not known. */
  orZero(field: Field, value: number | null | undefined): number {
    if (value !== null && value !== undefined) return wireNumber(value);
    this.names.push(field);
    return 0;
  }
}
