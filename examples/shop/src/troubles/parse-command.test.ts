import { expect, test } from 'vitest';
import { parseShopCommand } from './parse-command.js';
import { troubleKinds, troubleNames } from './trouble.js';

test.each(troubleNames)('the words for %s start it for its usual time', (trouble) => {
  const { start, seconds } = troubleKinds[trouble];
  expect(parseShopCommand(start.split(' '))).toMatchObject({ kind: 'start', trouble, seconds });
});

test.each([
  [['flash-sale', '--seconds', '30', '--times', '4'], { kind: 'start', trouble: 'flash-sale', seconds: 30, times: 4 }],
  [['flash-sale'], { kind: 'start', trouble: 'flash-sale', seconds: 120, times: 10 }],
  [['break', 'payments', '--seconds=45'], { kind: 'start', trouble: 'payments-broken', seconds: 45 }],
  [['fix', 'payments'], { kind: 'fix', troubles: ['payments-broken', 'payments-slow'] }],
  [['fix', 'all'], { kind: 'fix', troubles: troubleNames }],
  [['status'], { kind: 'status' }],
  [['help'], { kind: 'help' }],
  [['block', 'tax', '--help'], { kind: 'help' }],
  [[], { kind: 'help' }],
])('%j is understood', (words, command) => {
  expect(parseShopCommand(words)).toEqual(command);
});

test.each([
  [['break', 'email'], 'no command "break email"'],
  [['fix'], 'fix takes one of'],
  [['fix', 'everything'], 'fix takes one of'],
  [['flash-sale', '--times', '0'], '--times'],
  [['flash-sale', '--seconds', 'long'], '--seconds'],
  [['leak', 'assets', '--times', '2'], '--times belongs to flash-sale'],
  [['flash-sale', '--speed', '2'], '--speed'],
])('%j is a mistake, and says which', (words, message) => {
  expect(parseShopCommand(words)).toMatchObject({ kind: 'mistake', message: expect.stringContaining(message) });
});
