import { describe, expect, it } from 'vitest';
import { cronWords } from './cron-words.js';

describe('a cron pattern in words', () => {
  it.each([
    ['0 3 * * *', 'at 03:00 every day'],
    ['30 8 * * 1', 'at 08:30 on Mondays'],
    ['30 8 * * MON', 'at 08:30 on Mondays'],
    ['0 9,17 * * 1-5', 'at 09:00 and 17:00 on weekdays'],
    ['0 0 * * 0,6', 'at 00:00 at weekends'],
    ['0 0 * * 6,7', 'at 00:00 at weekends'],
    ['0 12 * * TUE-THU', 'at 12:00 from Tuesday to Thursday'],
    ['*/15 * * * *', 'every 15 min'],
    ['* * * * *', 'every minute'],
    ['*/15 9-17 * * 1-5', 'every 15 min from 09:00 to 17:59 on weekdays'],
    ['5 * * * *', ':05 past every hour'],
    ['0 */6 * * *', 'every 6 h at :00'],
    ['0 9-17 * * *', 'every hour from 09:00 to 17:00'],
    ['0 0 1 * *', 'at 00:00 on the 1st of every month'],
    ['0 0 1,15,22 1,7 *', 'at 00:00 on the 1st, 15th and 22nd in January and July'],
    ['0 6 * DEC *', 'at 06:00 every day in December'],
    ['*/10 * * * * *', 'every 10 s'],
    ['30 0 3 * * *', 'at 03:00:30 every day'],
    ['@daily', 'at 00:00 every day'],
  ])('%s: %s', (pattern, words) => {
    expect(cronWords(pattern)).toBe(words);
  });

  it.each(['0 0 L * *', '0 0 * * 5#3', '0 0 13 * 5', '', 'soon', '61 * * * *', '0 0 1 */2 *', '7,9 1,2,3,4,5 * * *'])(
    '"%s" is left as it is',
    (pattern) => {
      expect(cronWords(pattern)).toBeUndefined();
    },
  );
});
