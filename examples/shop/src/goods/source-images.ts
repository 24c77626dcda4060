/** Pictures that customers and suppliers "upload": names of files in `images/sources`. */
export const sourceImageNames = Array.from({ length: 12 }, (_, at) => `source-${String(at + 1).padStart(2, '0')}.jpg`);
