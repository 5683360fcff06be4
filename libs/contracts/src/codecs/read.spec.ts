import { corev1, metav1 } from '../index';

describe('A message within another', () => {
  const text = (field: number, value: string): Buffer =>
    Buffer.concat([Buffer.of((field << 3) | 2, value.length), Buffer.from(value)]);
  const within = (field: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.of((field << 3) | 2, bytes.length), bytes]);

  it.each([
    ['a text', Buffer.of(0x0a, 9)],
    ['a number', Buffer.of(0x38, 0x80)],
    ['what is not known', Buffer.of(0xf2, 0x3f, 9)],
  ])('does not go on after its end with %s', (_, cut) => {
    // What it would go on with.
    const rest = Buffer.alloc(20);
    expect(() => corev1.ConfigMap.decode(Buffer.concat([within(1, cut), rest]))).toThrow('unexpected EOF');
  });

  it.each([
    [
      'an entry of a map',
      corev1.ConfigMap,
      Buffer.concat([within(2, Buffer.from('0a017812096162', 'hex')), text(9, 'x'.repeat(9))]),
    ],
    ['a time', metav1.ObjectMeta, Buffer.concat([within(8, Buffer.of(0x08, 0x80)), text(9, 'abc')])],
    ['any message', corev1.Pod, Buffer.of(0x0a, 9, 0x0a)],
  ])('is not cut off in %s', (_, codec, bytes) => {
    expect(() => codec.decode(bytes)).toThrow(RangeError);
  });
});
