import { pemBlocks } from './pem-blocks';

const block = (type: string, body = 'AAAA', last = type): string =>
  `-----BEGIN ${type}-----\n${body}\n-----END ${last}-----\n`;

describe('The blocks of a PEM text', () => {
  it('come one after another, whatever stands between them', () => {
    const text = `words\n${block('A')}\r\nmore\n${block('B C', 'BBBB')}`;
    expect(pemBlocks(text)).toEqual([
      { type: 'A', body: 'AAAA\n' },
      { type: 'B C', body: 'BBBB\n' },
    ]);
    expect(pemBlocks(text, 1)).toHaveLength(1);
  });

  it.each([
    '',
    'not a pem',
    '-----BEGIN A-----\nAAAA',
    block('A', 'AAAA', 'B'),
    '-----BEGIN A----\nAAAA-----END A-----',
  ])('are none in %j', (text) => expect(pemBlocks(text)).toEqual([]));

  it('are found in linear time', () => {
    expect(pemBlocks('-----BEGIN A-----\n'.repeat(200_000))).toEqual([]);
    expect(pemBlocks('-----BEGIN '.repeat(200_000))).toEqual([]);
    expect(pemBlocks(`${'-----BEGIN A-----\n'.repeat(200_000)}-----END B-----`)).toEqual([]);
    expect(pemBlocks(block('A', '').repeat(100_000))).toHaveLength(100_000);
  });
});
