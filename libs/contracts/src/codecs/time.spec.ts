import { corev1 } from '../index';
import { Time } from './time';

const hex = (time: string): string => Buffer.from(Time.encode(time).finish()).toString('hex');

describe('times in protobuf', () => {
  it('writes the zeros of the epoch out, so that it is not taken for no time', () => {
    expect(hex('1970-01-01T00:00:00Z')).toBe('08001000');
    expect(Time.decode(Buffer.from('08001000', 'hex'))).toBe('1970-01-01T00:00:00Z');
  });

  it('writes the first second of year 1, the zero time of Go, as nothing, and reads nothing as null', () => {
    expect(hex('0001-01-01T00:00:00Z')).toBe('');
    expect(Time.decode(new Uint8Array(0))).toBeNull();
  });

  it.each(['1970-01-01T00:00:01Z', '1970-01-01T00:17:05Z', '1969-12-31T23:59:59Z', '2026-11-28T02:00:00Z'])(
    'reads %s as it was written, whatever was read and written before',
    (time) => expect(Time.decode(Time.encode(time).finish())).toBe(time),
  );

  it('keeps apart a container that never started and one whose start is not known', () => {
    const round = (startedAt: string | null): corev1.ContainerStateTerminated =>
      corev1.ContainerStateTerminated.decode(
        corev1.ContainerStateTerminated.encode({ exitCode: 128, startedAt, finishedAt: null }).finish(),
      );
    expect(round('1970-01-01T00:00:00Z').startedAt).toBe('1970-01-01T00:00:00Z');
    expect(round(null).startedAt).toBeNull();
  });
});
