import { metav1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { failureTrailers } from './failure-trailers';

const invalid = (message: string, details: metav1.StatusDetails = {}): StatusError =>
  new StatusError(422, 'Invalid', message, details);
const statusOf = (error: StatusError): metav1.Status => metav1.Status.decode(failureTrailers(error).status);

describe('The trailers of a failed call', () => {
  it('say all of a failure that is short', () => {
    const error = invalid('no: ü', { name: 'a', causes: [{ field: 'spec', message: 'no' }] });
    expect(failureTrailers(error).message).toBe('no: ü');
    expect(statusOf(error)).toMatchObject({ message: 'no: ü', details: error.details });
  });

  it.each([
    ['a message', invalid('x'.repeat(100_000))],
    ['a name', invalid('no', { name: 'n'.repeat(100_000), uid: 'u'.repeat(5_000) })],
    ['a cause', invalid('no', { causes: [{ message: 'c'.repeat(100_000), field: 'f'.repeat(5_000) }] })],
    ['causes', invalid('no', { causes: Array<metav1.StatusCause>(5_000).fill({ message: 'c', field: 'f' }) })],
    ['bytes in the message', invalid('漢'.repeat(50_000), { name: '漢'.repeat(50_000) })],
  ])('fit into the 8 KiB that clients take, with too many: %s', (_, error) => {
    const { message, status } = failureTrailers(error);
    expect(encodeURIComponent(message).length + status.toString('base64').length).toBeLessThan(7_900);
    expect(metav1.Status.decode(status)).toMatchObject({ code: 422, reason: 'Invalid', status: 'Failure' });
  });

  it('keep the first causes of many', () => {
    const causes = Array.from({ length: 5_000 }, (_, index) => ({ message: `mistake ${index}` }));
    expect(statusOf(invalid('no', { causes })).details?.causes).toEqual(causes.slice(0, 8));
  });

  it('cut between characters, and say so', () => {
    expect(failureTrailers(invalid(`${'a'.repeat(995)}漢漢`)).message).toBe(`${'a'.repeat(995)} ...`);
    expect(failureTrailers(invalid('half of a pair: \ud800')).message).toBe('half of a pair: \ufffd');
  });
});
