import { humanDuration } from './duration';

it.each([
  [-5_000, '<invalid>'],
  [0, '0s'],
  [119_000, '119s'],
  [120_000, '2m'],
  [125_000, '2m5s'],
  [3_600_000, '60m'],
  [3 * 3_600_000, '3h'],
  [7.5 * 3_600_000, '7h30m'],
  [47 * 3_600_000, '47h'],
  [50 * 3_600_000, '2d2h'],
  [200 * 24 * 3_600_000, '200d'],
  [800 * 24 * 3_600_000, '2y70d'],
  [4_000 * 24 * 3_600_000, '10y'],
])('%d milliseconds are %s', (milliseconds, text) => expect(humanDuration(milliseconds)).toBe(text));
